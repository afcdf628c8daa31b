#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "store/journal.hpp"
#include "store/journal_reader.hpp"
#include "store/manifest.hpp"
#include "store/newest_counts.hpp"
#include "store/recorder.hpp"
#include "store/torn_segments.hpp"

namespace tarsier {
namespace {

CameraResume resume_from(const Json& camera) {
  CameraResume resume;
  resume.camera = camera.at("name").get<std::string>();
  resume.counts = ledger_from_json(camera.at("ledger"), camera.at("samples")).value_or(LedgerCounts{});
  resume.next_frame_id = camera.at("next_frame_id").get<std::uint64_t>();
  resume.last_utc_ns = camera.at("last_utc_ns").get<std::int64_t>();
  resume.next_segment = static_cast<std::uint32_t>(camera.at("segments").size()) + 1;
  return resume;
}

std::uint64_t frames_known_of(const LedgerCounts& counts) {
  return counts.delivered() + counts.missed.driver + counts.missed.restart;
}

// Time of the last row, which the last record may lack.
Result<std::int64_t> last_row_utc_ns(JournalReader& journal) {
  std::uint64_t before = journal.file_bytes();
  for (;;) {
    const auto found = journal.last_before(before);
    if (!found) return unexpected(found.error());
    if (!*found) return std::int64_t{0};
    before = journal.offset();
    if (journal.count<Row>() == 0) continue;
    Row row;
    if (auto read = journal.read(journal.count<Row>() - 1, std::span(&row, 1)); !read) return unexpected(read.error());
    return row.utc_ns;
  }
}

// What the last record of a journal knows better than run.json: only the end of the file is read, for recording waits.
// `newest` is the largest position that a manifest or a journal told so far: a segment that was set aside long before
// the run went on and ended does not say when the last row came.
Result<void> learn_from(FileOperations& files, const SegmentFiles& torn, CameraResume& resume, std::uint64_t& newest) {
  auto journal = JournalReader::open(files, torn.journal);
  if (!journal) return unexpected(std::move(journal.error()));
  if (journal->head().camera.camera != resume.camera) return {};
  resume.crashed = true;
  JournalCounters counters{journal->head().segment.ledger, journal->head().segment.next_frame_id};
  const auto found = journal->last_before(journal->file_bytes());
  if (!found) return unexpected(found.error());
  if (*found) counters = journal->counters();
  const bool is_newest = counters.next_frame_id >= newest;
  newest = std::max(newest, counters.next_frame_id);
  resume.counts = newest_counts(resume.counts, counters.ledger);
  resume.next_frame_id = std::max({resume.next_frame_id, counters.next_frame_id, frames_known_of(resume.counts)});
  const auto last = last_row_utc_ns(*journal);
  if (!last) return unexpected(last.error());
  // Not the larger one: a clock that was set back since then is right.
  if (*last != 0 && is_newest) resume.last_utc_ns = *last;
  // It was killed before its first row.
  if (resume.last_utc_ns == 0) resume.last_utc_ns = journal->head().segment.started_utc_ns;
  return {};
}

}  // namespace

Result<std::vector<CameraResume>> Recorder::resume(const std::filesystem::path& run_folder) {
  FileOperations& files = system_files();
  const auto document = read_manifest(files, run_folder);
  if (!document) return unexpected(document.error());
  std::vector<CameraResume> cameras;
  try {
    for (const Json& camera : document->at("cameras")) cameras.push_back(resume_from(camera));
  } catch (const Json::exception& error) {
    return failure(fmt::format("{}: is not a manifest of a run ({}); move the folder away and start a new run",
                               (run_folder / "run.json").string(), error.what()));
  }
  for (CameraResume& camera : cameras) {
    std::uint64_t newest = camera.next_frame_id;
    for (const SegmentFiles& torn : find_torn_segments(files, run_folder / camera.camera).torn) {
      // A journal that cannot be read keeps nobody from recording.
      if (auto learnt = learn_from(files, torn, camera, newest); !learnt) log(Severity::error, learnt.error().message);
    }
  }
  return cameras;
}

}  // namespace tarsier
