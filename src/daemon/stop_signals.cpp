#include "daemon/stop_signals.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace tarsier {
namespace {

constexpr std::array<int, 4> handled = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
constexpr int killed_by_interrupt = 128 + SIGINT;

// A signal handler reaches nothing but what is static.
std::atomic<StopRequest> requested{StopRequest::none};
std::atomic<bool> something_to_lose{false};
std::array<struct sigaction, handled.size()> handled_before{};
static_assert(std::atomic<StopRequest>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

void say_still_sealing() {
  constexpr std::string_view text = "\ntarsier: still sealing the files, a moment\n";
  const int saved = errno;
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
  errno = saved;
}

void on_signal(int signal) {
  const auto asked = signal == SIGINT ? StopRequest::end : StopRequest::terminate;
  auto known = requested.load();
  const bool first = known == StopRequest::none;
  while (known < asked && !requested.compare_exchange_weak(known, asked)) {
  }
  if (first) return;
  if (something_to_lose.load()) return say_still_sealing();
  if (signal == SIGINT) ::_exit(killed_by_interrupt);
}

}  // namespace

StopSignals::StopSignals() {
  requested = StopRequest::none;
  something_to_lose = false;
  for (std::size_t i = 0; i < handled.size(); ++i) {
    struct sigaction action {};
    action.sa_handler = handled[i] == SIGPIPE ? SIG_IGN : on_signal;
    action.sa_flags = SA_RESTART;
    ::sigaction(handled[i], &action, &handled_before[i]);
    // Who started us with nohup wants the run to outlive the terminal.
    if (handled[i] == SIGHUP && handled_before[i].sa_handler == SIG_IGN)
      ::sigaction(SIGHUP, &handled_before[i], nullptr);
  }
}

StopSignals::~StopSignals() {
  for (std::size_t i = 0; i < handled.size(); ++i) ::sigaction(handled[i], &handled_before[i], nullptr);
}

void StopSignals::recording() { something_to_lose = true; }

const std::atomic<StopRequest>& StopSignals::request() const { return requested; }

}  // namespace tarsier
