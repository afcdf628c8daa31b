// All that is done to the pixels of one camera's frames after the intake, in one visit of each frame, by one thread or
// by bands of lines: correction, comparison with the frame before, totals of frame and regions, projections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "config/rig.hpp"
#include "frame/arena.hpp"
#include "frame/frame_view.hpp"
#include "frame/image_batch.hpp"
#include "frame/region_mask.hpp"
#include "frame/row.hpp"
#include "kernels/reduce.hpp"
#include "process/correction_maps.hpp"

namespace tarsier {

struct FrameWorkOptions {
  std::string camera;  // names its threads
  ImageSize size;      // of stored frames
  StoredPixel pixel = StoredPixel::gray8;
  CorrectConfig correct;
  ReduceConfig reduce;
  unsigned threads = 1;
};

// What another generation of the rig changes of it.
struct FrameRules {
  ReduceConfig reduce;  // with the same kinds of projections
  RegionTable table;
};

// Chain thread. Allocates at construction and in follow() only.
class FrameWork {
 public:
  // What create() takes from the arena.
  [[nodiscard]] static Bytes cost(const FrameWorkOptions& options);
  // `maps` outlives it.
  [[nodiscard]] static std::unique_ptr<FrameWork> create(Arena& arena, const FrameWorkOptions& options,
                                                         std::span<const RegionMask> regions,
                                                         const CorrectionMaps& maps);
  virtual ~FrameWork() = default;

  // Frames of size.pixels() pixels without padding, as they were stored; `previous` is empty where there is no pair.
  // Fills in the row's totals and `regions`, and flags it when its background is not known yet. The same result with
  // any number of threads.
  virtual void work_on(std::span<const std::byte> current, std::span<const std::byte> previous, Row& row,
                       std::span<RegionRow> regions) = 0;

  // Goes on by these rules; the background and what was gathered for projections stay. A projection interval of another
  // length begins at `sensor_ns`.
  virtual void follow(std::shared_ptr<const FrameRules> rules, std::int64_t sensor_ns) = 0;

  // The frame at `sensor_ns` wants the projections of those before it to be finished.
  [[nodiscard]] virtual bool interval_over(std::int64_t sensor_ns) const = 0;
  // Something was gathered since the last interval.
  [[nodiscard]] virtual bool interval_begun() const = 0;
  // Only then, and when nobody reads the images made before. The segment is the caller's to fill in.
  [[nodiscard]] virtual ImageBatch finish_interval() = 0;

  // The maps of the correction, once: when all that there will be are known. Empty images otherwise.
  [[nodiscard]] virtual bool has_new_maps() const = 0;
  [[nodiscard]] virtual ImageBatch take_maps() = 0;
};

// The kinds of images that such a camera makes.
[[nodiscard]] std::vector<ImageKind> images_of(const CorrectConfig& correct, const ReduceConfig& reduce);

}  // namespace tarsier
