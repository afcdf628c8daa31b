// Several jobs of `reduce`, side by side in processes of their own.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "cli/child_command.hpp"
#include "daemon/stop_signals.hpp"

namespace tarsier {

struct PoolJob {
  std::string title;
  std::vector<std::string> words;  // of the command
};

// How many jobs may run at once: `asked`, or as many as there are cores, but no more than the memory holds at `budget`
// each; at least one.
[[nodiscard]] std::size_t jobs_at_once(std::size_t asked, std::size_t cores, Bytes available, Bytes budget);
// Memory that processes can still take, as the kernel estimates it.
[[nodiscard]] Bytes available_memory();

// Runs the jobs, at most `at_once` at a time, and shows how far they are. `done` is called in the jobs' order, each as
// soon as it and all before it have ended. When a stop is asked for, the running ones are told and no more begin: what
// never began gets no call. An error: a process could not be started; those that run are ended.
[[nodiscard]] Result<void> run_jobs(const std::vector<PoolJob>& jobs, std::size_t at_once, const StopSignals& signals,
                                    const std::function<void(std::size_t, const ChildOutcome&)>& done);

}  // namespace tarsier
