#include "daemon/stop_signals.hpp"

#include <CppUTest/TestHarness.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

using namespace tarsier;

TEST_GROUP(StopSignals){};

TEST(StopSignals, nothing_is_asked_for_at_first) {
  const StopSignals signals;
  CHECK(signals.request().load() == StopRequest::none);
}

TEST(StopSignals, an_interrupt_ends_the_run) {
  const StopSignals signals;
  ::raise(SIGINT);
  CHECK(signals.request().load() == StopRequest::end);
}

TEST(StopSignals, a_termination_and_a_lost_terminal_interrupt_the_run) {
  for (const int signal : {SIGTERM, SIGHUP}) {
    const StopSignals signals;
    ::raise(signal);
    CHECK(signals.request().load() == StopRequest::terminate);
  }
}

TEST(StopSignals, an_end_is_stronger_whichever_came_first) {
  StopSignals signals;
  signals.recording();
  ::raise(SIGTERM);
  ::raise(SIGINT);
  CHECK(signals.request().load() == StopRequest::end);
  ::raise(SIGTERM);
  CHECK(signals.request().load() == StopRequest::end);
}

TEST(StopSignals, a_closed_pipe_is_no_reason_to_die) {
  const StopSignals signals;
  CHECK_EQUAL(0, ::raise(SIGPIPE));
}

TEST(StopSignals, a_second_interrupt_before_recording_kills) {
  const pid_t child = ::fork();
  if (child == 0) {
    const StopSignals signals;
    ::raise(SIGINT);
    ::raise(SIGINT);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK_EQUAL(130, WEXITSTATUS(status));
}

TEST(StopSignals, a_second_interrupt_while_recording_is_only_noted) {
  std::array<int, 2> pipe{};
  CHECK_EQUAL(0, ::pipe(pipe.data()));
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(pipe[1], STDERR_FILENO);
    StopSignals signals;
    signals.recording();
    ::raise(SIGINT);
    ::raise(SIGINT);
    ::_exit(0);
  }
  ::close(pipe[1]);
  std::array<char, 256> text{};
  const auto bytes = ::read(pipe[0], text.data(), text.size() - 1);
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  CHECK(bytes > 0);
  STRCMP_CONTAINS("still sealing", text.data());
}

TEST(StopSignals, a_run_under_nohup_outlives_its_terminal) {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  struct sigaction original {};
  ::sigaction(SIGHUP, &ignore, &original);
  {
    const StopSignals signals;
    ::raise(SIGHUP);
    CHECK(signals.request().load() == StopRequest::none);
  }
  ::sigaction(SIGHUP, &original, nullptr);
}

TEST(StopSignals, its_end_restores_what_was_before) {
  struct sigaction mine {};
  mine.sa_handler = SIG_IGN;
  struct sigaction original {};
  ::sigaction(SIGTERM, &mine, &original);
  { const StopSignals signals; }
  struct sigaction now {};
  ::sigaction(SIGTERM, &original, &now);
  CHECK(now.sa_handler == SIG_IGN);
}
