// Runs work that may crash, hang or eat the memory in a child process with limits, and brings back its answer.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/bytes.hpp"

namespace tarsier {

struct ConfinedLimits {
  Bytes memory = mebibytes(1024);  // of addresses, beside what the process has mapped when it forks
  std::chrono::seconds cpu{5};
  std::chrono::milliseconds wall{10000};
  Bytes answer = kibibytes(64);
  // Called in this process a few times a second until the answer is there; false ends the child.
  std::function<bool()> meanwhile;
};

enum class ConfinedEnd {
  answered,  // `answer` is what the work returned
  crashed,   // a signal ended it, `signal`; or it gave no answer or one too long, signal 0
  hung,      // it used up its time
  refused,   // the system gave no process or pipe; `answer` says why
};

struct ConfinedAnswer {
  ConfinedEnd end = ConfinedEnd::refused;
  std::string answer;
  int signal = 0;
};

// The child is a fork: it sees this process's memory as it is now, prints nothing, leaves no core dump, and is gone
// when this returns. Call it while no other thread holds a lock that `work` takes: best before there are other threads.
[[nodiscard]] ConfinedAnswer run_confined(const std::function<std::string()>& work, const ConfinedLimits& limits = {});

}  // namespace tarsier
