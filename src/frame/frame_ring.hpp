// The ring of preallocated places for frames between the intake and those who read them. Slots are used in order, so
// a slot is free when both readers, the chain and the codec, have passed it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/ring_cursors.hpp"
#include "frame/arena.hpp"

namespace tarsier {

// What the intake knows of a frame beside its pixels.
struct SlotHeader {
  std::uint64_t frame_id = 0;
  std::uint64_t sample = 0;  // number k of the sample that it was taken for; continuous capture counts frames taken
  std::int64_t sensor_ns = 0;
  std::int64_t monotonic_ns = 0;
  std::int64_t utc_ns = 0;
  std::uint64_t utc_uncertainty_ns = UINT64_MAX;
  std::int64_t residual_ns = 0;
  std::uint32_t exposure_ns = 0;
  float gain = 0;
  std::uint32_t flags = 0;  // of RowFlag: what the intake can tell
  std::uint32_t generation = 1;
  // With the first frame of another generation: how many samples were due by the sampling before it.
  std::uint64_t samples_before = 0;
};

struct Slot {
  SlotHeader header;
  std::span<std::byte> pixels;  // lines without padding
};

enum FrameReader : unsigned { chain_reader = 0, codec_reader = 1 };

class FrameRing {
 public:
  // `slots` places of `frame_bytes` from `arena`. With `stored` the codec reads too; without, only the chain does.
  [[nodiscard]] static Bytes cost(std::uint64_t slots, std::uint64_t frame_bytes) {
    return Arena::cost(frame_bytes) * slots;
  }
  FrameRing(Arena& arena, std::uint64_t slots, std::uint64_t frame_bytes, bool stored);

  // Intake thread: the next free slot, or null when the ring is full. publish() hands it on.
  [[nodiscard]] Slot* free_slot();
  void publish() {
    cursors_.publish();
    const auto used = cursors_.used();
    if (used > highest_.load(std::memory_order_relaxed)) highest_.store(used, std::memory_order_relaxed);
  }
  // Readers: the slot at a published position that they haven't released.
  [[nodiscard]] const Slot& at(std::uint64_t position) const { return slots_[cursors_.index(position)]; }
  [[nodiscard]] RingCursors& cursors() { return cursors_; }
  [[nodiscard]] const RingCursors& cursors() const { return cursors_; }
  // Any thread: the most slots that were ever in use at once.
  [[nodiscard]] std::uint64_t highest() const { return highest_.load(std::memory_order_relaxed); }

 private:
  std::vector<Slot> slots_;
  RingCursors cursors_;
  // Relaxed: a statistic.
  std::atomic<std::uint64_t> highest_{0};
};

}  // namespace tarsier
