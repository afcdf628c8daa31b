// What a source of frames (src/capture, src/replay) calls, and what an intake (src/process) implements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/clock.hpp"
#include "frame/frame_view.hpp"

namespace tarsier {

// Pixels of a recording that nobody has read yet: they cost something only when the frame is taken, and those that
// need no conversion go straight into their slot. Source's thread.
class PendingPixels {
 public:
  virtual ~PendingPixels() = default;
  // Writes planes[0] into `pixels`, lines without padding; exactly its bytes. False: they can't be read.
  [[nodiscard]] virtual bool read_into(std::span<std::byte> pixels) = 0;
  // The same in the source's own memory, until the offer returns. Null: they can't be read.
  [[nodiscard]] virtual const std::byte* read() = 0;
};

// One frame as its source delivers it.
struct SourceFrame {
  FrameView view;
  // Set: planes[0] of the view has its stride and no data yet, which comes from here. A frame that then can't be read
  // is a corrupted one.
  PendingPixels* pending = nullptr;
  // The driver's count of frames, where it has one that means something; not trusted before it is checked against time.
  std::optional<std::uint64_t> sequence;
  // When the frame was exposed. Live: CLOCK_MONOTONIC. Replayed: time of the recording, from any origin.
  Nanoseconds sensor{0};
  // CLOCK_MONOTONIC at the arrival.
  Nanoseconds arrival{0};
  bool corrupted = false;
  std::uint32_t exposure_ns = 0;  // 0: unknown
  float gain = 0;                 // 0: unknown
};

// All calls come from one thread at a time: the source's streaming thread, or, between two streams, its supervisor.
class Intake {
 public:
  virtual ~Intake() = default;
  // Takes what it needs from `frame` before it returns. False: no more frames are wanted, the source may stop.
  virtual bool offer(const SourceFrame& frame) = 0;
  // The source begins anew (its sequence and times may too). `outage` is how long no frame can have come.
  virtual void restarted(Nanoseconds outage) = 0;
  // No frame will come any more. Call once, after the last offer.
  virtual void finish() = 0;
};

}  // namespace tarsier
