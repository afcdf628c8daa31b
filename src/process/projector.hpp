// Projections of one camera: what the frames of each interval have in common, pixel by pixel.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "config/rig.hpp"
#include "frame/arena.hpp"
#include "frame/image_batch.hpp"
#include "frame/row.hpp"
#include "kernels/median.hpp"
#include "kernels/projection.hpp"
#include "process/pixel_range.hpp"

namespace tarsier {

// Chain thread; what takes a PixelRange may be called by several threads at once for ranges that do not overlap.
// Allocates at construction only.
template <typename Pixel>
class Projector {
 public:
  [[nodiscard]] static Bytes cost(const std::optional<ProjectionConfig>& projection, std::uint64_t pixels);
  Projector(Arena& arena, const std::optional<ProjectionConfig>& projection, std::uint64_t pixels);

  // The frame at `sensor_ns` belongs to another interval than those gathered so far, or no more fit.
  [[nodiscard]] bool over(std::int64_t sensor_ns) const;
  // Ends the interval: for each range make_images, then take_batch. Only when something was gathered, and when the
  // images of the batch before are not needed any more.
  void make_images(PixelRange range);
  [[nodiscard]] ImageBatch take_batch();
  [[nodiscard]] bool empty() const { return row_.count == 0; }

  // From here on an interval is so long, and one begins at that time; what was gathered so far goes into it.
  void set_interval(double interval_s, std::int64_t sensor_ns);

  // Adds a frame: begin, then add for each range. Without `wanted` it is not added, and only time goes on; nor is one
  // more than fit.
  void begin(const Row& row, bool wanted);
  void add(std::span<const Pixel> frame, PixelRange range);

 private:
  [[nodiscard]] bool wants(ImageKind kind) const { return projection_ && projection_->has(kind); }
  [[nodiscard]] std::int64_t interval_of(std::int64_t sensor_ns) const;
  [[nodiscard]] std::int64_t part_of(std::int64_t sensor_ns) const;

  // Constant after construction.
  const std::optional<ProjectionConfig> projection_;
  const std::uint64_t pixels_;
  // Chain thread; pixels by range.
  std::int64_t interval_ns_;
  ProjectionSums<Pixel> sums_;
  std::span<Pixel> spare_min_, spare_max_;  // with those of sums_ in turn: one gathers, one is written
  std::span<Pixel> mean_, median_;
  std::span<float> deviation_;
  std::span<Pixel> samples_;               // frames for the median, one behind the other
  std::int64_t last_part_ = 0;             // of the interval, that has its frame for the median
  std::optional<std::size_t> sample_;      // where this frame goes among them
  std::optional<std::int64_t> origin_ns_;  // sensor time of the first frame of all, or since set_interval()
  std::int64_t interval_ = 0;              // number of the one that is gathered
  bool adds_ = false;                      // this frame
  ProjectionRow row_;
};

}  // namespace tarsier
