// Everything that a segment holds from its first byte: groups, datasets, links and attributes, made before others may
// read. After that HDF5 must not be asked for a new object.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "hdf5/file.hpp"
#include "store/segment.hpp"

namespace tarsier {

// The attribute `format` of a segment: readers refuse a number that they do not know.
inline constexpr std::int64_t segment_format = 1;
// At most so many rows or entries of a dataset are read, checked or copied at once.
inline constexpr std::uint64_t block_entries = 4096;

// A value of /timeseries/capture_method, filled up with zeros.
using MethodText = std::array<char, 16>;
[[nodiscard]] RecordType method_record();

// The datasets that grow while the segment is written.
struct GrowingSeries {
  std::optional<Series> frames;  // none when frames are not kept
  Series rows;
  Series regions;
  Series gaps;
  Series events;
  Series environment;
  Series storage;
  std::array<std::optional<Series>, image_kinds> images;  // by kind
  std::optional<Series> projections;                      // none without images that are projections
};

// One of /timeseries: its name and its type.
struct TimeseriesColumn {
  const char* name;
  RecordType (*type)();
};
[[nodiscard]] std::span<const TimeseriesColumn> timeseries_columns();

// "/tarsier/projections/mean", "/tarsier/correction/factor".
[[nodiscard]] std::string image_path(ImageKind kind);

// "/analysis/roi_3_activity".
[[nodiscard]] std::string activity_path(std::size_t region);

[[nodiscard]] Result<GrowingSeries> make_layout(WritableFile& file, const CameraRecording& camera, Codec codec,
                                                std::uint32_t deflate_level);

}  // namespace tarsier
