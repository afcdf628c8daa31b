// The attributes of a segment, as FORMAT.md lists them. All are there before others may read; the seal gives some of
// them their last value.
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "hdf5/file.hpp"
#include "store/segment.hpp"
#include "store/segment_writer.hpp"

namespace tarsier {

// Of each dataset whose chunks /tarsier/chunks does not list: content_hash() of it, 0 until the seal.
inline constexpr const char* content_hash_attribute = "xxh3_64";

[[nodiscard]] Result<void> write_attributes(const WritableFile& file, const RunFacts& run,
                                            const CameraRecording& camera, std::uint32_t segment, Codec codec,
                                            std::uint32_t deflate_level);

// What the seal has found out.
struct SealedValues {
  std::uint64_t frames = 0;           // of /timeseries
  std::uint64_t expected_frames = 0;  // by the time from the first to the last of them
  double interval_s = 0;
  std::int64_t created_utc_ns = 0;  // of the first row; 0: unknown
};
[[nodiscard]] Result<void> write_sealed_attributes(const WritableFile& file, const SealedValues& values,
                                                   const SealFacts& facts);

}  // namespace tarsier
