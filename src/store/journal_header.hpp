// The head of a journal: all that rebuilding its segment needs beside the records. JOURNAL.md describes every byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
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

// What a head says.
struct JournalHead {
  RunFacts run;
  CameraRecording camera;
  SegmentIdentity segment;
};

inline constexpr std::uint32_t journal_version = 1;
inline constexpr std::uint64_t head_fixed_bytes = 32;
// A head that claims more is none: readers stay within bounds, whatever a file says.
inline constexpr std::uint64_t largest_head = std::uint64_t{32} << 20;

// The whole head, padded to a multiple of 4096 bytes. Allocates.
[[nodiscard]] std::vector<std::byte> journal_header(const RunFacts& run, const CameraRecording& camera,
                                                    const SegmentIdentity& segment);

// The codec and its level from the head's list of filters; false when it is none that Tarsier writes.
[[nodiscard]] bool read_journal_filters(const Json& filters, SegmentIdentity& segment);

// Reads it back; `head` is what the file holds up to H, the checksum included, and `path` names it in messages.
// Believes nothing that a damaged or made-up file may say: sizes, counts, shapes and regions are checked. Allocates a
// few times the head.
[[nodiscard]] Result<JournalHead> parse_journal_header(std::span<const std::byte> head,
                                                       const std::filesystem::path& path);

// What is said of a file whose head no version of Tarsier wrote; `what` is wrong with it.
[[nodiscard]] tl::unexpected<Error> not_a_journal(const std::filesystem::path& path, const std::string& what);

}  // namespace tarsier
