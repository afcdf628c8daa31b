#include "base/confined_child.hpp"

#include <CppUTest/TestHarness.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>

using namespace tarsier;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_is_limited = false;
#else
constexpr bool memory_is_limited = true;
#endif

ConfinedLimits quick() {
  ConfinedLimits limits;
  limits.wall = std::chrono::milliseconds(50);
  return limits;
}

[[noreturn]] std::string never() {
  while (true) (void)pause();
}

[[noreturn]] std::string busy() {
  for (volatile unsigned turns = 0;;) turns = turns + 1;
}

}  // namespace

TEST_GROUP(ConfinedChild){};

TEST(ConfinedChild, brings_back_its_answer_byte_for_byte) {
  const std::string text = std::string("a\0b", 3) + std::string(60000, 'x');
  const auto outcome = run_confined([&] { return text; });
  CHECK(outcome.end == ConfinedEnd::answered);
  CHECK(outcome.answer == text);
}

TEST(ConfinedChild, a_signal_that_ends_it_is_named) {
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE}) {
    const auto outcome = run_confined([signal]() -> std::string {
      (void)raise(signal);
      return "";
    });
    CHECK(outcome.end == ConfinedEnd::crashed);
    CHECK_EQUAL(signal, outcome.signal);
  }
}

TEST(ConfinedChild, leaving_without_an_answer_counts_as_a_crash) {
  CHECK(run_confined([]() -> std::string { _exit(3); }).end == ConfinedEnd::crashed);
  CHECK(run_confined([]() -> std::string { throw std::runtime_error("no"); }).end == ConfinedEnd::crashed);
}

TEST(ConfinedChild, is_stopped_when_its_time_is_up) {
  CHECK(run_confined([] { return never(); }, quick()).end == ConfinedEnd::hung);
  CHECK(run_confined([] { return busy(); }, quick()).end == ConfinedEnd::hung);
}

TEST(ConfinedChild, is_stopped_by_the_limit_of_processor_time) {
  ConfinedLimits limits;
  limits.cpu = std::chrono::seconds(0);
  CHECK(run_confined([] { return busy(); }, limits).end == ConfinedEnd::hung);
}

TEST(ConfinedChild, cannot_eat_the_memory) {
  if (!memory_is_limited) return;
  ConfinedLimits limits;
  limits.memory = mebibytes(64);
  const auto outcome = run_confined([] { return std::string(std::size_t{256} << 20U, 'x').substr(0, 1); }, limits);
  CHECK(outcome.end == ConfinedEnd::crashed);
}

TEST(ConfinedChild, an_answer_without_end_is_cut_off) {
  ConfinedLimits limits;
  limits.answer = kibibytes(4);
  CHECK(run_confined([] { return std::string(1000000, 'x'); }, limits).end == ConfinedEnd::crashed);
}

TEST(ConfinedChild, leaves_no_core_dump) {
  const auto outcome = run_confined([] {
    rlimit core{};
    (void)getrlimit(RLIMIT_CORE, &core);
    return std::to_string(core.rlim_cur) + " " + std::to_string(prctl(PR_GET_DUMPABLE));
  });
  CHECK(outcome.answer == "0 0");
}

TEST(ConfinedChild, leaves_no_process_behind) {
  (void)run_confined([] { return never(); }, quick());
  CHECK_EQUAL(-1, waitpid(-1, nullptr, WNOHANG));
  CHECK_EQUAL(ECHILD, errno);
}
