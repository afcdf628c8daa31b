#include "cli/editor.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace tarsier {
namespace {

// Ignores what the keyboard sends, for as long as it lives.
class KeyboardIgnored {
 public:
  KeyboardIgnored() : interrupt_(::signal(SIGINT, SIG_IGN)), quit_(::signal(SIGQUIT, SIG_IGN)) {}
  ~KeyboardIgnored() {
    ::signal(SIGINT, interrupt_);
    ::signal(SIGQUIT, quit_);
  }
  KeyboardIgnored(const KeyboardIgnored&) = delete;
  KeyboardIgnored& operator=(const KeyboardIgnored&) = delete;

 private:
  const sighandler_t interrupt_, quit_;
};

// The child has every signal as a shell would give it.
int spawn_shell(char* const* words, pid_t& child) {
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t usual;
  sigemptyset(&usual);
  for (const int signal : {SIGINT, SIGQUIT, SIGPIPE}) sigaddset(&usual, signal);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int error = posix_spawn(&child, "/bin/sh", nullptr, &attributes, words, environ);
  posix_spawnattr_destroy(&attributes);
  return error;
}

}  // namespace

std::string editor_command() {
  for (const char* name : {"VISUAL", "EDITOR"})
    if (const char* const value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return "vi";
}

Result<void> edit_file(const std::string& command, const std::filesystem::path& file) {
  const KeyboardIgnored ignored;
  std::string script = command + " \"$1\"";
  std::string path = file.string();
  std::string shell = "sh", option = "-c";
  const std::array<char*, 6> words = {shell.data(), option.data(), script.data(), shell.data(), path.data(), nullptr};
  pid_t child = -1;
  if (const int error = spawn_shell(words.data(), child); error != 0)
    return failure(fmt::format("cannot start the editor {}: errno {}", command, error));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return failure(fmt::format("the editor {} ended with {} {}; VISUAL or EDITOR names another one", command,
                             WIFEXITED(status) ? "exit code" : "signal",
                             WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status)));
}

}  // namespace tarsier
