#include "store/recovery_survey.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tarsier {
namespace {

constexpr std::uint64_t rows_at_once = 1024;

// A coder may enlarge frames, within reason; images are stored as they are.
bool fits(const ChunkEntry& chunk, const CameraRecording& camera) {
  const std::uint64_t pixels = camera.size.pixels();
  if (chunk.dataset == 0) {
    return chunk.bytes <= 2 * pixels * bytes_per_pixel(camera.pixel) * camera.frames_per_chunk + 65536;
  }
  return chunk.bytes == pixels * bytes_per_pixel(static_cast<ImageKind>(chunk.dataset - 1), camera.pixel);
}

// Chunks come one after another, and only the last one of /frames may hold fewer than all its frames.
bool follows(const ChunkEntry& chunk, const std::vector<ChunkEntry>& before, const CameraRecording& camera) {
  const std::uint64_t full = chunk.dataset == 0 ? camera.frames_per_chunk : 1;
  if (!fits(chunk, camera)) return false;
  return chunk.index == before.size() && chunk.frames <= full && (before.empty() || before.back().frames == full);
}

Result<void> add_chunks(JournalReader& journal, JournalSurvey& survey) {
  std::vector<ChunkEntry> chunks(journal.count<ChunkEntry>());
  if (auto read = journal.read(0, std::span(chunks)); !read) return read;
  for (const ChunkEntry& chunk : chunks) {
    std::vector<ChunkEntry>& before = survey.chunks[chunk.dataset];
    if (!follows(chunk, before, journal.head().camera)) {
      return failure(fmt::format("{}: chunk {} of dataset {} does not follow the one before; another program wrote it",
                                 journal.path().string(), chunk.index, chunk.dataset));
    }
    before.push_back(chunk);
  }
  return {};
}

Result<void> add_rows(JournalReader& journal, std::vector<Row>& rows, JournalSurvey& survey) {
  for (std::uint64_t first = 0; first < journal.count<Row>(); first += rows.size()) {
    rows.resize(std::min(rows_at_once, journal.count<Row>() - first));
    if (auto read = journal.read(first, std::span(rows)); !read) return read;
    if (survey.rows == 0) survey.first_id = rows.front().frame_id;
    survey.rows += rows.size();
    survey.last_id = rows.back().frame_id;
    survey.last_utc_ns = rows.back().utc_ns;
    for (const Row& row : rows) {
      if (row.stored_index < 0) continue;
      const std::uint64_t per_chunk = journal.head().camera.frames_per_chunk;
      const auto& chunks = survey.chunks[0];
      const bool there = survey.stored_rows / per_chunk < chunks.size() &&
                         survey.stored_rows % per_chunk < chunks[survey.stored_rows / per_chunk].frames;
      if (static_cast<std::uint64_t>(row.stored_index) != survey.stored_rows++ || !there) {
        return failure(
            fmt::format("{}: the row of frame {} names frame {} of the file, which is not the next one; "
                        "another program wrote it",
                        journal.path().string(), row.frame_id, row.stored_index));
      }
    }
  }
  return {};
}

}  // namespace

Result<JournalSurvey> survey_journal(JournalReader& journal) {
  JournalSurvey survey;
  survey.counters = {journal.head().segment.ledger, journal.head().segment.next_frame_id};
  std::vector<Row> rows;
  journal.rewind();
  for (;;) {
    const auto found = journal.next();
    if (!found) return unexpected(found.error());
    if (!*found) break;
    ++survey.records;
    survey.gaps += journal.count<Gap>();
    survey.events += journal.count<Event>();
    survey.environment += journal.count<EnvironmentSample>();
    survey.projections += journal.count<ProjectionRow>();
    survey.counters = journal.counters();
    if (auto added = add_chunks(journal, survey); !added) return unexpected(std::move(added.error()));
    if (auto added = add_rows(journal, rows, survey); !added) return unexpected(std::move(added.error()));
  }
  journal.rewind();
  return survey;
}

}  // namespace tarsier
