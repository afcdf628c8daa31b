#include "cli/child_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <type_traits>
#include <utility>

#include "base/file_operations.hpp"

namespace tarsier {
namespace {

static_assert(std::is_trivially_copyable_v<Progress>);

constexpr const char* own_program = "/proc/self/exe";
constexpr int progress_descriptor = 3;

Result<pid_t> spawn(const std::vector<std::string>& words, int output, int errors, int progress) {
  std::vector<char*> arguments = {const_cast<char*>("tarsier")};
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, progress, progress_descriptor);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, own_program, &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return failure(fmt::format("cannot start another process: {}", std::strerror(error)));
  return child;
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

Result<ChildCommand> ChildCommand::start(std::vector<std::string> words) {
  ChildCommand command;
  command.output_ = UniqueFd(::memfd_create("output", MFD_CLOEXEC));
  command.errors_ = UniqueFd(::memfd_create("errors", MFD_CLOEXEC));
  int ends[2] = {-1, -1};
  // The child never waits for us to look.
  const bool piped = ::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0;
  command.progress_end_ = UniqueFd(ends[0]);
  const UniqueFd child_end(ends[1]);
  if (!piped || !command.output_ || !command.errors_)
    return failure(fmt::format("cannot capture the output of another process: {}", std::strerror(errno)));
  words.insert(words.begin() + 1, fmt::format("{}={}", progress_option, progress_descriptor));
  const auto child = spawn(words, command.output_.get(), command.errors_.get(), child_end.get());
  if (!child) return unexpected(child.error());
  command.child_ = *child;
  return command;
}

ChildCommand::ChildCommand(ChildCommand&& other) noexcept
    : child_(std::exchange(other.child_, -1)),
      told_(other.told_),
      exit_code_(other.exit_code_),
      output_(std::move(other.output_)),
      errors_(std::move(other.errors_)),
      progress_end_(std::move(other.progress_end_)),
      progress_(other.progress_) {}

ChildCommand::~ChildCommand() {
  if (child_ < 0) return;
  terminate();
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

bool ChildCommand::ended() {
  if (child_ < 0) return true;
  int status = 0;
  const pid_t found = ::waitpid(child_, &status, WNOHANG);
  if (found == 0 || (found < 0 && errno == EINTR)) return false;
  child_ = -1;
  exit_code_ = found < 0 ? 1 : (WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return true;
}

void ChildCommand::terminate() {
  if (!told_ && child_ >= 0) told_ = ::kill(child_, SIGTERM) == 0;
}

const Progress& ChildCommand::progress() {
  Progress said;
  while (::read(progress_end_.get(), &said, sizeof said) == static_cast<ssize_t>(sizeof said)) progress_ = said;
  return progress_;
}

ChildOutcome ChildCommand::outcome() const {
  return {exit_code_, content_of(output_.get()), content_of(errors_.get())};
}

}  // namespace tarsier
