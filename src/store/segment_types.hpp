// The compound types of a segment's datasets, as FORMAT.md lists them.
#pragma once

#include <cstdint>

#include "frame/image_batch.hpp"
#include "frame/row.hpp"
#include "hdf5/types.hpp"

namespace tarsier {

// A row of /tarsier/chunks.
struct ChunkRecord {
  std::uint8_t dataset = 0;  // 0: /frames, else 1 + ImageKind
  std::uint64_t first_index = 0;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::uint64_t hash = 0;
};

[[nodiscard]] RecordType row_record_type();
[[nodiscard]] RecordType region_record_type();
[[nodiscard]] RecordType gap_record_type();
[[nodiscard]] RecordType event_record_type();
[[nodiscard]] RecordType environment_record_type();
[[nodiscard]] RecordType projection_record_type();
[[nodiscard]] RecordType storage_record_type();
[[nodiscard]] RecordType chunk_record_type();
// Of the pixels of such an image.
[[nodiscard]] RecordType image_record_type(ImageKind kind, StoredPixel frames);

}  // namespace tarsier
