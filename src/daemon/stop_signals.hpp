// Turns the signals that ask a process to stop into a StopRequest, so that nothing is lost by them.
#pragma once

#include <atomic>

#include "daemon/engine.hpp"

namespace tarsier {

// SIGINT ends the run for good; SIGTERM and SIGHUP (the terminal went away) interrupt it. Neither ever kills once
// recording() was called: one that comes while the files are being sealed is only noted on standard error. SIGPIPE is
// ignored, and SIGHUP stays ignored where it was (nohup). One object a process; its end restores what was before.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Until here a second SIGINT kills: there is nothing to lose yet, and a source that is being looked at may hang.
  void recording();
  // An end is stronger than an interruption, whichever came first.
  [[nodiscard]] const std::atomic<StopRequest>& request() const;
};

}  // namespace tarsier
