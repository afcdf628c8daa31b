// From the words of the command line to the work to do.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace tarsier {

// Either a job, or a text that answers at once: help and version (exit code 0) or what was wrong (exit code 2).
struct Invocation {
  std::function<int()> job;
  std::string text;
  int exit_code = 0;
};

// `words` are the arguments without the program's name. Does none of the work.
[[nodiscard]] Invocation understand(const std::vector<std::string>& words);

// understand, then prints the text (a mistake to standard error) or does the job; returns the exit code.
[[nodiscard]] int run_command_line(const std::vector<std::string>& words);

}  // namespace tarsier
