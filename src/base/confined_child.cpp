#include "base/confined_child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "base/unique_fd.hpp"

namespace tarsier {
namespace {

using SteadyClock = std::chrono::steady_clock;

void limit(decltype(RLIMIT_CPU) resource, std::uint64_t soft, std::uint64_t hard) {
  const rlimit values{soft, hard};
  (void)setrlimit(resource, &values);
}

// Bytes of addresses that this process has mapped.
std::uint64_t mapped_bytes() {
  unsigned long pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "re")) {
    if (std::fscanf(file, "%lu", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return std::uint64_t{pages} * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void limit_memory([[maybe_unused]] Bytes memory) {
  // A sanitizer's shadow memory needs terabytes of addresses.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const std::uint64_t bytes = mapped_bytes() + memory.count;
  limit(RLIMIT_AS, bytes, bytes);
#else
  (void)mapped_bytes;
#endif
}

void confine(const ConfinedLimits& limits) {
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  // A core_pattern that is a pipe does not look at the limit.
  (void)prctl(PR_SET_DUMPABLE, 0);
  limit(RLIMIT_CORE, 0, 0);
  const auto cpu = static_cast<std::uint64_t>(limits.cpu.count());
  limit(RLIMIT_CPU, cpu, cpu + 1);
  limit_memory(limits.memory);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU, SIGPIPE}) {
    (void)std::signal(signal, SIG_DFL);
  }
  // What a crashing C library prints is no message for our users.
  const UniqueFd nowhere(open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) (void)dup2(nowhere.get(), stream);
}

[[noreturn]] void run_child(const std::function<std::string()>& work, const ConfinedLimits& limits, int answer_fd) {
  confine(limits);
  try {
    const std::string answer = work();
    for (std::size_t written = 0; written < answer.size();) {
      const ssize_t count = write(answer_fd, answer.data() + written, answer.size() - written);
      if (count <= 0) _exit(1);
      written += static_cast<std::size_t>(count);
    }
  } catch (...) {
    _exit(1);
  }
  _exit(0);
}

enum class Collected { complete, late, too_long };

// Collects the child's answer until it closes the pipe, or until the deadline or the limit comes or nobody wants it.
Collected collect(int fd, SteadyClock::time_point deadline, const ConfinedLimits& limits, std::string& answer) {
  constexpr std::int64_t turn_ms = 200;
  char piece[4096];
  while (answer.size() <= limits.answer.count) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
    if (left <= 0) return Collected::late;
    pollfd waiting{fd, POLLIN, 0};
    const bool ready = poll(&waiting, 1, static_cast<int>(std::min(left, turn_ms))) > 0;
    if (limits.meanwhile && !limits.meanwhile()) return Collected::late;
    if (!ready) continue;
    const ssize_t count = read(fd, piece, sizeof(piece));
    if (count == 0) return Collected::complete;
    if (count > 0) answer.append(piece, static_cast<std::size_t>(count));
  }
  return Collected::too_long;
}

// Waits until the child is gone.
int reap(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

ConfinedAnswer judge(int status, std::string answer) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const bool time_up = signal == SIGXCPU || signal == SIGKILL;
    return {time_up ? ConfinedEnd::hung : ConfinedEnd::crashed, {}, signal};
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return {ConfinedEnd::crashed, {}, 0};
  return {ConfinedEnd::answered, std::move(answer), 0};
}

ConfinedAnswer refused(const char* call) {
  return {ConfinedEnd::refused, std::string(call) + ": " + std::strerror(errno), 0};
}

}  // namespace

ConfinedAnswer run_confined(const std::function<std::string()>& work, const ConfinedLimits& limits) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return refused("pipe");
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  const auto deadline = SteadyClock::now() + limits.wall;
  const pid_t child = fork();
  if (child < 0) return refused("fork");
  if (child == 0) run_child(work, limits, write_end.get());
  write_end.reset();
  std::string answer;
  const Collected collected = collect(read_end.get(), deadline, limits, answer);
  if (collected != Collected::complete) (void)kill(child, SIGKILL);
  const int status = reap(child);
  if (collected == Collected::too_long) return {ConfinedEnd::crashed, {}, 0};
  return judge(status, std::move(answer));
}

}  // namespace tarsier
