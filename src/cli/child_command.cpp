#include "cli/child_command.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file_operations.hpp"
#include "base/unique_fd.hpp"
#include "base/wakeup.hpp"

namespace tarsier {
namespace {

constexpr const char* own_program = "/proc/self/exe";
constexpr Nanoseconds between_looks = std::chrono::milliseconds(20);

Result<pid_t> spawn(const std::vector<std::string>& words, int output) {
  std::vector<char*> arguments = {const_cast<char*>("tarsier")};
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (output >= 0) ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, own_program, &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return failure(fmt::format("cannot start another process: {}", std::strerror(error)));
  return child;
}

int wait_for(pid_t child, const StopSignals& signals) {
  Wakeup nap;
  bool told = false;
  int status = 0;
  for (;;) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (ended < 0 && errno != EINTR) return 1;
    if (!told && signals.request().load() == StopRequest::terminate) told = ::kill(child, SIGTERM) == 0;
    nap.wait(nap.ticket(), between_looks);
  }
}

std::string content_of(int fd) {
  std::string text;
  char piece[4096];
  off_t offset = 0;
  for (ssize_t bytes = 0; (bytes = system_files().pread(fd, piece, sizeof piece, offset)) > 0; offset += bytes)
    text.append(piece, static_cast<std::size_t>(bytes));
  return text;
}

}  // namespace

Result<ChildOutcome> run_child(const std::vector<std::string>& words, bool capture, const StopSignals& signals) {
  const UniqueFd output(capture ? ::memfd_create("output", MFD_CLOEXEC) : -1);
  if (capture && !output)
    return failure(fmt::format("cannot capture the output of another process: {}", std::strerror(errno)));
  const auto child = spawn(words, output.get());
  if (!child) return unexpected(child.error());
  ChildOutcome outcome{wait_for(*child, signals), ""};
  if (capture) outcome.output = content_of(output.get());
  return outcome;
}

}  // namespace tarsier
