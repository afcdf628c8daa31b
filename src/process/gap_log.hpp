// Gathers frames that are missing into gap rows and hands these to the recorder.
#pragma once

#include <cstdint>
#include <optional>

#include "base/spsc_queue.hpp"
#include "frame/row.hpp"

namespace tarsier {

// One thread. Allocates nothing.
class GapLog {
 public:
  explicit GapLog(SpscQueue<Gap>& queue) : queue_(queue) {}

  // Frames [gap.first_id, gap.last_id] are missing. One that continues the gap before it, of the same cause, becomes
  // part of it.
  void add(const Gap& gap);
  // A frame was neither missing nor refused: what is open is over, and goes to the recorder. When the recorder's queue
  // is full it stays open and takes in what comes next, marked as estimated; the ledger's counts stay exact.
  void close();
  // True when add() just began a new episode: the moment to write a line to the log.
  [[nodiscard]] bool began() const { return began_; }

 private:
  SpscQueue<Gap>& queue_;
  std::optional<Gap> open_;
  bool began_ = false;
};

}  // namespace tarsier
