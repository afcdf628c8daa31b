// Everything that crosses between the threads of one camera, made once at arm.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/spsc_queue.hpp"
#include "base/stage_times.hpp"
#include "frame/frame_ring.hpp"
#include "frame/image_batch.hpp"
#include "frame/ledger.hpp"
#include "frame/row_history.hpp"
#include "frame/row_queue.hpp"

namespace tarsier {

struct ChannelShape {
  std::uint64_t slots = 0;
  std::uint64_t frame_bytes = 0;
  std::uint64_t rows = 0;  // entries of the row queue
  std::uint64_t regions = 0;
  bool stored = true;         // frames are kept
  std::uint64_t history = 0;  // rows that stay in memory for those who look on
};

struct CameraChannel {
  CameraChannel(std::string camera, Arena& arena, const ChannelShape& shape)
      : name(std::move(camera)),
        frames(arena, shape.slots, shape.frame_bytes, shape.stored),
        rows(arena, shape.rows, shape.regions, shape.stored),
        history(arena, shape.history, shape.regions) {}

  const std::string name;
  FrameRing frames;              // intake -> chain, codec
  RowQueue rows;                 // chain -> recorder, codec
  RowHistory history;            // chain -> anybody
  SpscQueue<Gap> gaps{1024};     // intake -> recorder
  SpscQueue<Event> events{256};  // supervisor -> recorder
  // Chain -> recorder, before the first row behind them; the recorder writes them into the segment that they name.
  SpscQueue<ImageBatch> images{4};
  Ledger ledger;
  StageTimes convert_times;  // intake
  StageTimes reduce_times;   // chain
  StageTimes encode_times;   // recorder, of the codec threads
  StageTimes write_times;    // recorder
  // Any thread sets it; the chain answers by beginning a new segment at the next frame. Relaxed: the segment's number
  // travels with the rows.
  std::atomic<bool> rotate_requested{false};
  // Written by the intake at its end: how many samples are due by then, so that the chain can stand in for the last
  // ones. Relaxed: closing the ring orders it.
  std::atomic<std::uint64_t> samples_due{0};
  // Intake: arrival (CLOCK_MONOTONIC) of the last frame delivered, and how many were. Relaxed.
  std::atomic<std::int64_t> last_arrival_ns{0};
  std::atomic<std::uint64_t> offered{0};
};

}  // namespace tarsier
