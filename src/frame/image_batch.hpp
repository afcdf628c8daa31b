// Images that a camera's chain makes beside the frames: projections of an interval, and the maps of the correction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "frame/pixel_format.hpp"

namespace tarsier {

// The first five are projections. The order is that of the file's enumeration, after "frames".
enum class ImageKind : std::uint8_t { mean, max, min, std, median, subtrahend, factor };
inline constexpr std::size_t image_kinds = 7;
inline constexpr std::size_t projection_kinds = 5;

// "mean", "max", ...: the word in the rig and the name of the dataset.
[[nodiscard]] std::string_view to_text(ImageKind kind);
// Only of projections.
[[nodiscard]] std::optional<ImageKind> projection_kind_from(std::string_view text);
// Type of the image's pixels: std is float32, mean, max, min, median are as the frames; of gray8 frames subtrahend and
// factor are uint16, of gray16 frames uint32.
[[nodiscard]] std::uint32_t bytes_per_pixel(ImageKind kind, StoredPixel frames);

// A row of /tarsier/projections/rows: which frames the images of an interval are of.
struct ProjectionRow {
  std::uint64_t first_id = 0;
  std::uint64_t last_id = 0;
  std::uint64_t count = 0;  // frames
  std::int64_t start_utc_ns = 0;
  std::int64_t end_utc_ns = 0;
  std::uint32_t median_count = 0;  // frames that the median is of
};

// What is written together. Projections are a loan until the batch is taken from its queue; the maps of the correction
// stay where they are for the whole run, and go into every segment from this one on.
struct ImageBatch {
  std::uint32_t segment = 1;                                     // of the run
  std::array<std::span<const std::byte>, image_kinds> images{};  // by kind; empty: none
  ProjectionRow projection;                                      // count 0: maps of the correction
  [[nodiscard]] bool is_projection() const { return projection.count > 0; }
};

}  // namespace tarsier
