// What happens to each frame after the intake: the work on its pixels, its pair, placeholders for samples that are
// missing, projections of intervals, and the choice of the segment that its row belongs to.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "config/rig.hpp"
#include "frame/camera_channel.hpp"
#include "frame/frame_mailbox.hpp"
#include "frame/frame_view.hpp"
#include "frame/generation_book.hpp"
#include "process/frame_work.hpp"

namespace tarsier {

struct ChainOptions {
  ImageSize size;  // of stored frames
  StoredPixel pixel = StoredPixel::gray8;
  CorrectConfig correct;
  ReduceConfig reduce;
  unsigned threads = 1;
  std::shared_ptr<const CorrectionMaps> maps;  // of the files that `correct` names; null: it names none
  std::optional<double> sample_interval_s;
  OnMissing on_missing = OnMissing::mark;
  double nominal_interval_s = 0;  // 0: unknown, no pair is wide
  bool live = true;               // missing samples are stood in for as time passes, not when the next frame comes
  bool frames_kept = true;
  Nanoseconds segment_duration{0};  // after which a new one begins; earlier where channel.rotate_requested asks for it
  std::uint32_t first_segment = 1;
  std::uint32_t generation = 1;
  const Clock* clock = nullptr;
  FrameMailbox* mailbox = nullptr;  // of those who ask for an image now and then; null: nobody does
  std::size_t camera = 0;           // its number there
};

// What another generation of the rig changes for the chain.
struct ChainChange {
  std::uint32_t layout = 1;  // the first generation whose segments are made alike: another one begins a segment
  std::shared_ptr<const FrameRules> rules;
  std::optional<double> sample_interval_s;
  OnMissing on_missing = OnMissing::mark;
  double nominal_interval_s = 0;
  Nanoseconds segment_duration{0};
};

// Owned by one camera; run() is the body of its thread cam-<name>. Allocates at construction only.
class Chain {
 public:
  // What the constructor takes from the arena.
  [[nodiscard]] static Bytes cost(const ChainOptions& options);
  // `channel` outlives the chain.
  Chain(Arena& arena, CameraChannel& channel, std::span<const RegionMask> regions, ChainOptions options);

  // Any thread: acts with the first frame of that generation. Regions are at most as many as the row queue has room
  // for.
  void change(std::uint32_t generation, std::shared_ptr<const ChainChange> next) {
    changes_.add(generation, std::move(next));
  }
  // Any thread: no frame will belong to that generation.
  void forget(std::uint32_t generation) { changes_.forget(generation); }

  // Works until the frame ring is closed and empty, then closes the row queue.
  void run();

 private:
  struct Previous {
    std::uint64_t position = 0;  // in the frame ring
    Row row;
  };

  void handle(std::uint64_t position);
  void begin_generation(const SlotHeader& header);
  void follow(const ChainChange& next, const SlotHeader& header);
  void remember(const RowEntry& entry, std::uint64_t position);
  void finish_interval(bool wait);
  void answer(const Slot* newest);
  void publish_maps();
  void fill_pair(Row& row) const;
  void stand_in_until(std::uint64_t sample);
  void stand_in_for_time();
  [[nodiscard]] Nanoseconds patience() const;
  void choose_segment(const Row& row);
  [[nodiscard]] RowEntry& next_entry();
  void publish(RowEntry& entry, std::uint64_t frame_position);
  [[nodiscard]] std::int64_t deadline_ns(std::uint64_t sample) const;
  [[nodiscard]] std::int64_t given_up_ns(std::uint64_t sample) const;
  [[nodiscard]] bool stands_in() const { return interval_ns_ > 0 && options_.on_missing == OnMissing::repeat_last; }

  CameraChannel& channel_;
  // Any thread.
  GenerationBook<ChainChange> changes_;
  // Chain thread only.
  ChainOptions options_;      // of the generation that its last frame belongs to
  std::int64_t interval_ns_;  // of sampling; 0: every frame
  std::unique_ptr<FrameWork> work_;
  std::uint64_t regions_;
  std::uint32_t layout_;
  double widest_interval_s_;  // that a pair of this frame may have: across a change of the sampling the longer one
  std::optional<Previous> previous_;
  std::vector<RegionRow> previous_regions_;
  ImageBatch last_images_;      // made last; their pixels stay until the next ones are made
  std::uint64_t position_ = 0;  // of the next frame
  std::uint64_t next_sample_ = 0;
  std::int64_t sample_zero_ns_ = 0;
  bool samples_begun_ = false;
  std::uint32_t segment_;
  std::int64_t segment_start_ns_ = 0;
  bool segment_has_rows_ = false;
  bool segment_over_ = false;  // the next row begins another one
};

}  // namespace tarsier
