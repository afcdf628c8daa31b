// What the camera saw: mean and maximum of a recording, from its projections or from a choice of its frames.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "report/picture.hpp"
#include "report/segment_reader.hpp"

namespace tarsier {

// The pictures of one interval of the projections.
struct IntervalPictures {
  ProjectionRow interval;
  std::optional<ShownPicture> mean;
  std::optional<ShownPicture> maximum;
};

struct Pictures {
  std::uint32_t width_px = 0;  // of the recording's images; 0: there is no picture
  std::uint32_t height_px = 0;
  std::uint32_t factor = 1;  // by which they are reduced
  std::string source;        // what they were made of, or why there is none, as a sentence
  std::optional<ShownPicture> mean;
  std::optional<ShownPicture> maximum;
  std::vector<IntervalPictures> intervals;
};

// `count` of the numbers 0 ... total - 1, evenly spaced; all of them when there are fewer.
[[nodiscard]] std::vector<std::uint64_t> evenly_spaced(std::uint64_t total, std::uint64_t count);

// Use: construct with the facts of all segments, add each segment in the same order, finish. At most 200 images are
// read, one at a time; at most 24 intervals are kept. Segments whose images have another size than the first are passed
// over, and their number is in Pictures::source.
class PictureCollector {
 public:
  explicit PictureCollector(const std::vector<const SegmentFacts*>& segments);

  [[nodiscard]] Result<void> add(const SegmentReader& segment);
  [[nodiscard]] Pictures finish() const;

 private:
  [[nodiscard]] std::uint64_t images_of(const SegmentFacts& segment) const;
  [[nodiscard]] Result<void> add_frame(const SegmentReader& segment, std::uint64_t index);
  [[nodiscard]] Result<void> add_projection(const SegmentReader& segment, std::uint64_t index, bool shown);
  [[nodiscard]] std::string source() const;

  SegmentFacts first_;  // the first segment that has images
  bool projections_ = false;
  std::uint64_t total_ = 0;       // images in all segments
  std::uint64_t other_size_ = 0;  // segments that were passed over
  std::uint64_t passed_ = 0;      // images in the segments that were added
  std::size_t next_ = 0;          // of picks_
  std::vector<std::uint64_t> picks_;
  std::vector<std::size_t> shown_;  // which of picks_ become pictures of an interval
  PictureSum sum_;
  std::vector<IntervalPictures> intervals_;
  std::vector<std::uint16_t> image_;
};

}  // namespace tarsier
