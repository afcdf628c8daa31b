// Stands in for intake and chain of one camera: fills its rings by hand. Frame k has id k; pixel p of it is
// pattern(k, p).
#pragma once

#include <cstring>
#include <memory>
#include <vector>

#include "CppUTest/TestHarness.h"
#include "frame/camera_channel.hpp"
#include "store/segment.hpp"

namespace tarsier {

class TestCamera {
 public:
  // `recording` says the frames' size, pixel and regions.
  TestCamera(CameraRecording recording, std::uint64_t slots, std::uint64_t rows)
      : facts(std::move(recording)),
        arena_(*Arena::create(mebibytes(8))),
        channel(facts.camera, arena_,
                {.slots = slots,
                 .frame_bytes = frame_bytes(),
                 .rows = rows,
                 .regions = facts.regions.size() + 2,
                 .stored = facts.frames_kept}) {
    regions = facts.regions.size();
  }

  [[nodiscard]] std::uint64_t frame_bytes() const { return facts.size.pixels() * bytes_per_pixel(facts.pixel); }
  static std::byte pattern(std::uint64_t frame, std::uint64_t byte) {
    return static_cast<std::byte>((7 * frame + byte) % 251);
  }

  // What intake and chain would do with the next frame. False when a ring is full.
  [[nodiscard]] bool push_frame(std::uint32_t segment = 1) {
    Slot* slot = channel.frames.free_slot();
    if (slot == nullptr || !channel.rows.cursors().has_room()) return false;
    for (std::uint64_t i = 0; i < frame_bytes(); ++i) slot->pixels[i] = pattern(frames_, i);
    position_ = channel.frames.cursors().published();
    channel.frames.publish();
    push_row(row_of(frames_++), segment);
    channel.frames.cursors().release(chain_reader, position_);
    return true;
  }
  // A placeholder for a missing sample: the frame before again.
  void push_repeat(std::uint32_t segment = 1) {
    Row row = row_of(frames_ - 1);
    row.flags |= row_repeated | row_pair_repeated;
    push_row(row, segment);
    channel.ledger.repeated.add();
  }
  void close() {
    channel.frames.cursors().close();
    channel.frames.cursors().release(chain_reader, channel.frames.cursors().published());
    channel.rows.cursors().close();
  }
  [[nodiscard]] std::uint64_t frames() const { return frames_; }

  static constexpr std::int64_t start_utc_ns = 1'800'000'000'000'000'000;
  // That the next rows belong to, and how many regions it has.
  std::uint32_t generation = 1;
  std::uint64_t regions = 0;
  // What each row is stamped with as its arrival.
  Nanoseconds now{0};

 private:
  static Row row_of(std::uint64_t frame) {
    Row row;
    row.frame_id = frame;
    row.sensor_ns = static_cast<std::int64_t>(frame) * 100'000'000;
    row.utc_ns = start_utc_ns + row.sensor_ns;
    row.pair_ns = frame == 0 ? -1 : 100'000'000;
    row.flags = frame == 0 ? static_cast<std::uint32_t>(row_first) : 0U;
    row.sum = 1000 + frame;
    return row;
  }
  void push_row(Row row, std::uint32_t segment) {
    RowEntry* entry = channel.rows.free_entry(regions);
    CHECK_TRUE(entry != nullptr);
    row.monotonic_ns = now.count();
    row.generation = generation;
    entry->row = row;
    for (std::size_t r = 0; r < entry->regions.size(); ++r) {
      entry->regions[r] = {.abs_diff_sum = row.frame_id * (r + 1), .sum = row.frame_id};
    }
    entry->frame_position = position_;
    entry->segment = segment;
    entry->store = facts.frames_kept;
    channel.rows.cursors().publish();
  }

  std::uint64_t frames_ = 0;
  std::uint64_t position_ = 0;

 public:
  const CameraRecording facts;

 private:
  Arena arena_;

 public:
  CameraChannel channel;
};

}  // namespace tarsier
