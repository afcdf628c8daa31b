// The head of a journal: all that rebuilding its segment needs beside the records. JOURNAL.md describes every byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "frame/ledger.hpp"
#include "store/segment.hpp"

namespace tarsier {

// What tells one segment from the others of its camera.
struct SegmentIdentity {
  std::uint64_t id = 0;      // random
  std::uint32_t number = 1;  // of the camera's segments in this run
  std::string file;          // the name it will have when sealed
  std::int64_t started_utc_ns = 0;
  Codec codec = Codec::deflate;
  std::uint32_t deflate_level = 1;
  LedgerCounts ledger;  // at its beginning
  std::uint64_t next_frame_id = 0;
};

// The whole head, padded to a multiple of 4096 bytes. Allocates.
[[nodiscard]] std::vector<std::byte> journal_header(const RunFacts& run, const CameraRecording& camera,
                                                    const SegmentIdentity& segment);

}  // namespace tarsier
