// Runs Python as somebody else's program: /usr/bin/python3 with numpy, h5py and silx, in a child process.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "CppUTest/TestHarness.h"

namespace tarsier {

struct PythonOutcome {
  int exit_code = -1;
  std::string output;  // standard output and standard error
};

// `arguments` after the interpreter: {"-c", code, ...} or {"script.py", ...}.
inline PythonOutcome run_python(std::vector<std::string> arguments) {
  int ends[2];
  if (::pipe(ends) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    std::string interpreter = "/usr/bin/python3";
    std::vector<char*> pointers{interpreter.data()};
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    ::execv(interpreter.c_str(), pointers.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  PythonOutcome outcome;
  char block[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], block, sizeof block)) > 0;) {
    outcome.output.append(block, static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

// Lines with which a script can read filter 32008 through h5py, by either of the packages that bring it.
inline const std::string import_bitshuffle =
    "try:\n    import bitshuffle.h5\nexcept ImportError:\n    import hdf5plugin\n";

// The test fails with Python's words unless `code` ends well. sys.argv[1:] are `arguments`.
inline void check_python(const std::string& code, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"-c", code});
  const PythonOutcome outcome = run_python(std::move(arguments));
  CHECK_EQUAL_TEXT(0, outcome.exit_code, outcome.output.c_str());
}

}  // namespace tarsier
