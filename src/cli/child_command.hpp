// This command again, in a process of its own: what one input does to a library can't hurt the next.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "daemon/engine.hpp"

namespace tarsier {

// Option of `reduce` by which a child is told where to write its Progress, as it lies in memory.
inline constexpr const char* progress_option = "--progress-descriptor";

struct ChildOutcome {
  int exit_code = 0;   // 128 + signal when one ended it
  std::string output;  // its standard output and standard error
  std::string errors;
};

// One thread. A child that is still running when its owner goes is told to terminate and waited for.
class ChildCommand {
 public:
  // Starts the program that is running with these words; it is told of progress_option too.
  [[nodiscard]] static Result<ChildCommand> start(std::vector<std::string> words);
  ChildCommand(ChildCommand&& other) noexcept;
  ChildCommand& operator=(ChildCommand&&) = delete;
  ~ChildCommand();

  // Looks whether it has ended; doesn't wait.
  [[nodiscard]] bool ended();
  // Asks it to end, once; an interrupt of the terminal reaches it by itself too.
  void terminate();
  // What it said last about how far it is.
  [[nodiscard]] const Progress& progress();
  // After ended().
  [[nodiscard]] ChildOutcome outcome() const;

 private:
  ChildCommand() = default;

  pid_t child_ = -1;  // -1: none is running
  bool told_ = false;
  int exit_code_ = 0;
  UniqueFd output_, errors_, progress_end_;
  Progress progress_;
};

}  // namespace tarsier
