// Carries the driver's frame count past decoders, which replace a buffer's offset, by the buffer's time.
#pragma once

#include <cstdint>
#include <optional>

#include "base/spsc_queue.hpp"

namespace tarsier {

// put() in the source's thread, find() in the sink's. Allocates at construction only.
class SequenceStamps {
 public:
  void put(std::uint64_t pts_ns, std::uint64_t sequence) {
    // A full queue means that the sink finds nothing any more; the frame then has no sequence.
    [[maybe_unused]] const bool kept = stamps_.push({pts_ns, sequence});
  }
  // The sequence of the buffer with that time. Times asked for rise, so those of earlier buffers, which a decoder may
  // have swallowed, are forgotten.
  [[nodiscard]] std::optional<std::uint64_t> find(std::uint64_t pts_ns) {
    while (oldest_ || (oldest_ = stamps_.pop())) {
      if (oldest_->pts_ns > pts_ns) return std::nullopt;
      const Stamp stamp = *oldest_;
      oldest_.reset();
      if (stamp.pts_ns == pts_ns) return stamp.sequence;
    }
    return std::nullopt;
  }

 private:
  struct Stamp {
    std::uint64_t pts_ns = 0;
    std::uint64_t sequence = 0;
  };
  SpscQueue<Stamp> stamps_{64};
  // Sink's thread only.
  std::optional<Stamp> oldest_;
};

}  // namespace tarsier
