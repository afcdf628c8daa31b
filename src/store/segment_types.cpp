#include "store/segment_types.hpp"

#include <cstddef>

namespace tarsier {
namespace {

// In the order of GapCause and EventKind.
constexpr const char* gap_causes[] = {"driver",    "restart", "crash",    "ring_full", "disk_full",
                                      "corrupted", "failed",  "shutdown", "no_sample"};
constexpr const char* event_kinds[] = {"mark",    "clock_step", "camera_restart", "config",
                                       "storage", "trigger",    "thermal",        "run"};
constexpr const char* storage_operations[] = {"write", "sync", "seal"};
// Then the kinds of images in their order.
constexpr const char* chunked_datasets[] = {"frames", "mean", "max", "min", "std", "median", "subtrahend", "factor"};

template <typename Number>
RecordMember member(const char* name, std::size_t offset) {
  return {name, offset, number_type<Number>()};
}

}  // namespace

RecordType row_record_type() {
  const RecordMember members[] = {
      member<std::uint64_t>("frame_id", offsetof(Row, frame_id)),
      member<std::int64_t>("stored_index", offsetof(Row, stored_index)),
      member<std::int64_t>("sensor_ns", offsetof(Row, sensor_ns)),
      member<std::int64_t>("monotonic_ns", offsetof(Row, monotonic_ns)),
      member<std::int64_t>("utc_ns", offsetof(Row, utc_ns)),
      member<std::uint64_t>("utc_uncertainty_ns", offsetof(Row, utc_uncertainty_ns)),
      member<std::int64_t>("residual_ns", offsetof(Row, residual_ns)),
      member<std::int64_t>("pair_ns", offsetof(Row, pair_ns)),
      member<std::uint32_t>("flags", offsetof(Row, flags)),
      member<std::uint32_t>("generation", offsetof(Row, generation)),
      member<std::uint32_t>("exposure_ns", offsetof(Row, exposure_ns)),
      member<float>("gain", offsetof(Row, gain)),
      member<std::uint64_t>("n", offsetof(Row, n)),
      member<std::uint64_t>("abs_diff_sum", offsetof(Row, abs_diff_sum)),
      member<std::uint64_t>("changed", offsetof(Row, changed)),
      member<std::uint64_t>("sum", offsetof(Row, sum)),
      member<std::uint64_t>("sum_sq", offsetof(Row, sum_sq)),
      member<std::uint16_t>("min", offsetof(Row, min)),
      member<std::uint16_t>("max", offsetof(Row, max)),
      member<float>("drift_y", offsetof(Row, drift_y)),
      member<float>("drift_x", offsetof(Row, drift_x)),
      member<float>("drift_residual", offsetof(Row, drift_residual)),
      member<float>("drift_confidence", offsetof(Row, drift_confidence)),
  };
  return record_type(sizeof(Row), members);
}

RecordType region_record_type() {
  const RecordMember members[] = {
      member<std::uint64_t>("abs_diff_sum", offsetof(RegionRow, abs_diff_sum)),
      member<std::uint32_t>("changed", offsetof(RegionRow, changed)),
      member<std::uint64_t>("sum", offsetof(RegionRow, sum)),
      member<std::uint64_t>("sum_sq", offsetof(RegionRow, sum_sq)),
      member<std::uint16_t>("min", offsetof(RegionRow, min)),
      member<std::uint16_t>("max", offsetof(RegionRow, max)),
  };
  return record_type(sizeof(RegionRow), members);
}

RecordType gap_record_type() {
  const RecordMember members[] = {
      member<std::uint64_t>("first_id", offsetof(Gap, first_id)),
      member<std::uint64_t>("last_id", offsetof(Gap, last_id)),
      {"cause", offsetof(Gap, cause), enumeration_type(gap_causes)},
      member<bool>("estimated", offsetof(Gap, estimated)),
      member<std::int64_t>("start_utc_ns", offsetof(Gap, start_utc_ns)),
      member<std::int64_t>("end_utc_ns", offsetof(Gap, end_utc_ns)),
  };
  return record_type(sizeof(Gap), members);
}

RecordType event_record_type() {
  const RecordMember members[] = {
      member<std::int64_t>("utc_ns", offsetof(Event, utc_ns)),
      member<std::int64_t>("monotonic_ns", offsetof(Event, monotonic_ns)),
      {"kind", offsetof(Event, kind), enumeration_type(event_kinds)},
      member<std::uint64_t>("first_id", offsetof(Event, first_id)),
      member<std::uint64_t>("last_id", offsetof(Event, last_id)),
      member<double>("value", offsetof(Event, value)),
      {"text", offsetof(Event, text), fixed_text_type(sizeof(Event::text))},
  };
  return record_type(sizeof(Event), members);
}

RecordType environment_record_type() {
  const RecordMember members[] = {
      member<std::int64_t>("utc_ns", offsetof(EnvironmentSample, utc_ns)),
      member<std::uint16_t>("channel", offsetof(EnvironmentSample, channel)),
      member<double>("value", offsetof(EnvironmentSample, value)),
  };
  return record_type(sizeof(EnvironmentSample), members);
}

RecordType projection_record_type() {
  const RecordMember members[] = {
      member<std::uint64_t>("first_id", offsetof(ProjectionRow, first_id)),
      member<std::uint64_t>("last_id", offsetof(ProjectionRow, last_id)),
      member<std::uint64_t>("count", offsetof(ProjectionRow, count)),
      member<std::int64_t>("start_utc_ns", offsetof(ProjectionRow, start_utc_ns)),
      member<std::int64_t>("end_utc_ns", offsetof(ProjectionRow, end_utc_ns)),
      member<std::uint32_t>("median_count", offsetof(ProjectionRow, median_count)),
  };
  return record_type(sizeof(ProjectionRow), members);
}

RecordType storage_record_type() {
  const RecordMember members[] = {
      member<std::int64_t>("utc_ns", offsetof(StorageRow, utc_ns)),
      {"operation", offsetof(StorageRow, operation), enumeration_type(storage_operations)},
      member<std::uint64_t>("count", offsetof(StorageRow, count)),
      member<float>("mean_us", offsetof(StorageRow, mean_us)),
      member<float>("p99_us", offsetof(StorageRow, p99_us)),
      member<float>("max_us", offsetof(StorageRow, max_us)),
  };
  return record_type(sizeof(StorageRow), members);
}

RecordType image_record_type(ImageKind kind, StoredPixel frames) {
  if (kind == ImageKind::std) return number_record<float>();
  switch (bytes_per_pixel(kind, frames)) {
    case 1: return number_record<std::uint8_t>();
    case 2: return number_record<std::uint16_t>();
    default: return number_record<std::uint32_t>();
  }
}

RecordType chunk_record_type() {
  const RecordMember members[] = {
      {"dataset", offsetof(ChunkRecord, dataset), enumeration_type(chunked_datasets)},
      member<std::uint64_t>("first_index", offsetof(ChunkRecord, first_index)),
      member<std::uint64_t>("count", offsetof(ChunkRecord, count)),
      member<std::uint64_t>("bytes", offsetof(ChunkRecord, bytes)),
      member<std::uint64_t>("xxh3_64", offsetof(ChunkRecord, hash)),
  };
  return record_type(sizeof(ChunkRecord), members);
}

}  // namespace tarsier
