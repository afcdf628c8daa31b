// This command again, in a process of its own: what one input does to a library can't hurt the next.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "daemon/stop_signals.hpp"

namespace tarsier {

struct ChildOutcome {
  int exit_code = 0;   // 128 + signal when one ended it
  std::string output;  // its standard output, when that was captured
};

// Starts the program that is running with these words and waits for its end. A termination asked for meanwhile is
// passed on; an interrupt of the terminal reaches the child by itself. `capture`: take its standard output instead of
// sharing ours.
[[nodiscard]] Result<ChildOutcome> run_child(const std::vector<std::string>& words, bool capture,
                                             const StopSignals& signals);

}  // namespace tarsier
