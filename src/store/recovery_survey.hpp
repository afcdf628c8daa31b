// What a journal holds in all, found out before its segment is made anew.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "store/journal_reader.hpp"

namespace tarsier {

struct JournalSurvey {
  std::uint64_t records = 0;
  std::uint64_t rows = 0;
  std::uint64_t stored_rows = 0;  // frames that somebody was told of
  std::uint64_t gaps = 0, events = 0, environment = 0, projections = 0;
  std::uint64_t first_id = 0, last_id = 0;  // of the rows
  std::int64_t last_utc_ns = 0;             // of the last row; 0: none
  JournalCounters counters;                 // of the last record; the head's where there is none
  // By dataset, in their order: 0 is /frames.
  std::array<std::vector<ChunkEntry>, 1 + image_kinds> chunks;

  // Nothing that anybody would miss.
  [[nodiscard]] bool empty() const { return rows + gaps + events + environment + projections == 0; }
};

// Reads the journal to its end and rewinds it. An error when its chunks or rows are in no order that a recorder makes.
// Holds all chunk entries.
[[nodiscard]] Result<JournalSurvey> survey_journal(JournalReader& journal);

}  // namespace tarsier
