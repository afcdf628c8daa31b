#include "store/recovery.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/unique_fd.hpp"
#include "hdf5/attribute.hpp"
#include "hdf5/file.hpp"
#include "store/journal.hpp"
#include "store/journal_reader.hpp"
#include "store/recovery_copy.hpp"
#include "store/recovery_survey.hpp"
#include "store/segment_types.hpp"

namespace tarsier {
namespace {

constexpr std::size_t most_gaps = 1000;
// Beside the chunks: HDF5's structures, the derived datasets, the masks.
constexpr std::uint64_t overhead_bytes = std::uint64_t{8} << 20;

Result<bool> is_there(FileOperations& files, const std::filesystem::path& path) {
  const UniqueFd fd(files.open(path.c_str(), O_RDONLY, 0));
  if (fd) return true;
  if (errno == ENOENT) return false;
  return unexpected(file_error(path, "open", errno));
}

// Also makes sure that it is still the file of that name: whoever had the lock before may have deleted it.
Result<void> lock_journal(FileOperations& files, const JournalReader& journal) {
  if (files.lock(journal.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return unexpected(file_error(journal.path(), "lock", errno));
    return unexpected({journal.path().string() + ": a living process writes or recovers this segment; wait for its end",
                       false, EWOULDBLOCK});
  }
  const UniqueFd again(files.open(journal.path().c_str(), O_RDONLY, 0));
  struct stat mine {
  }, its{};
  const bool same = again && files.fstat(again.get(), &its) == 0 && files.fstat(journal.descriptor(), &mine) == 0 &&
                    mine.st_ino == its.st_ino && mine.st_dev == its.st_dev;
  if (same) return {};
  return unexpected({journal.path().string() + ": somebody else has just recovered this segment", false, EWOULDBLOCK});
}

Result<void> check_name(const JournalReader& journal, const SegmentFiles& names) {
  if (journal.head().segment.file == names.final_name.filename()) return {};
  return failure(fmt::format("{}: is the journal of another segment, {}; give the files the names that belong together",
                             journal.path().string(), journal.head().segment.file));
}

// How many frames the file of the final name holds, if it is the sealed form of this journal's segment.
Result<std::optional<std::uint64_t>> frames_of_sealed_form(FileOperations& files, const SegmentFiles& names,
                                                           const JournalHead& head, std::uint64_t rows) {
  const auto file = ReadableFile::open(files, names.final_name);
  if (!file) return unexpected(file.error());
  const auto run = read_text_attribute(file->handle(), "/tarsier", "run");
  const auto camera = read_text_attribute(file->handle(), "/tarsier", "camera");
  const auto number = read_integer_attribute(file->handle(), "/tarsier", "segment");
  const auto ended = read_integer_attribute(file->handle(), "/tarsier", "ended_utc_ns");
  if (!run || !camera || !number || !ended) return std::nullopt;
  const auto series = Series::open(file->handle(), "/tarsier/rows", row_record_type());
  if (!series) return std::nullopt;
  const bool ours = *run == head.run.run && *camera == head.camera.camera &&
                    *number == std::int64_t{head.segment.number} && *ended != 0 && series->length() >= rows;
  if (!ours) return std::nullopt;
  const auto frames = Series::open(file->handle(), "/frames", number_record<std::uint8_t>());
  return std::optional(frames ? frames->length() : 0);
}

// The first thousand that the file of the final name lists.
Result<void> gaps_of_sealed_form(FileOperations& files, const SegmentFiles& names, std::vector<Gap>& gaps) {
  const auto file = ReadableFile::open(files, names.final_name);
  if (!file) return unexpected(file.error());
  const auto series = Series::open(file->handle(), "/tarsier/gaps", gap_record_type());
  if (!series) return unexpected(series.error());
  gaps.resize(std::min<std::uint64_t>(most_gaps, series->length()));
  return series->read(0, gaps.size(), gaps.data());
}

std::uint64_t bytes_to_copy(const JournalSurvey& survey) {
  std::uint64_t bytes = 0;
  for (const auto& chunks : survey.chunks) {
    for (const ChunkEntry& chunk : chunks) bytes += std::min(chunk.bytes, UINT64_MAX - bytes);
  }
  return bytes;
}

Result<void> check_room(FileOperations& files, const std::filesystem::path& folder, std::uint64_t needed, Bytes keep) {
  const std::int64_t free = files.free_bytes(folder.c_str());
  if (free < 0) return {};  // the writes will tell
  const auto have = static_cast<std::uint64_t>(free);
  if (have >= keep.count && have - keep.count >= needed) return {};
  return unexpected({fmt::format("{}: recovery needs {} beside {} that stay free, and there are {}; free some space",
                                 folder.string(), to_text(Bytes{needed}), to_text(keep), to_text(Bytes{have})),
                     false, ENOSPC});
}

// One recovery, from the journal's lock to the final name.
class Recovery {
 public:
  Recovery(FileOperations& files, const SegmentFiles& names, const RecoveryOptions& options, JournalReader& journal,
           const JournalSurvey& survey)
      : files_(files),
        names_(names),
        options_(options),
        journal_(journal),
        survey_(survey),
        temporary_(recovered_name(names)) {}

  Result<RecoveredSegment> run();

 private:
  std::filesystem::path folder() const {
    return names_.final_name.has_parent_path() ? names_.final_name.parent_path() : ".";
  }
  Result<void> open_part();
  Result<void> check_final(RecoveredSegment& outcome);
  Result<void> make(RecoveredSegment& outcome);
  Result<void> copy_into(SegmentWriter& writer, RecoveredSegment& outcome, std::vector<ChunkEntry>& chunks);
  Result<void> seal(const RecoveredSegment& outcome, const std::vector<ChunkEntry>& chunks);
  Result<void> add_gaps(RecoveredSegment& outcome);
  void lose(RecoveredSegment& outcome, std::uint64_t frames) const;
  bool tick(std::uint64_t bytes, const SegmentWriter& writer);

  FileOperations& files_;
  const SegmentFiles& names_;
  const RecoveryOptions& options_;
  JournalReader& journal_;
  const JournalSurvey& survey_;
  const std::filesystem::path temporary_;
  UniqueFd part_;
  RecoveryProgress progress_;
  std::uint64_t synced_ = 0;
  std::optional<Error> sync_failed_;
};

Result<RecoveredSegment> Recovery::run() {
  RecoveredSegment outcome;
  outcome.run = journal_.head().run.run;
  outcome.camera = journal_.head().camera.camera;
  outcome.ledger = survey_.counters.ledger;
  outcome.next_frame_id = survey_.counters.next_frame_id;
  outcome.last_utc_ns = survey_.last_utc_ns;
  outcome.summary.file = names_.final_name.filename();
  outcome.summary.first_id = survey_.first_id;
  outcome.summary.last_id = survey_.last_id;
  outcome.summary.rows = survey_.rows;
  outcome.summary.frames = survey_.stored_rows;
  if (auto added = add_gaps(outcome); !added) return unexpected(std::move(added.error()));
  if (!options_.dry_run && files_.unlink(temporary_.c_str()) != 0 && errno != ENOENT) {
    return unexpected(file_error(temporary_, "delete", errno));
  }
  const auto final_there = is_there(files_, names_.final_name);
  if (!final_there) return unexpected(final_there.error());
  Result<void> done;
  if (*final_there) {
    done = check_final(outcome);
  } else if (survey_.empty()) {
    outcome.end = RecoveryEnd::empty;
  } else {
    done = make(outcome);
  }
  if (!done) return unexpected(std::move(done.error()));
  return outcome;
}

Result<void> Recovery::check_final(RecoveredSegment& outcome) {
  const auto frames = frames_of_sealed_form(files_, names_, journal_.head(), survey_.rows);
  if (!frames) return unexpected(frames.error());
  if (!*frames) {
    return failure(fmt::format("{}: is there already and is not what {} tells of; move one of them away",
                               names_.final_name.string(), names_.journal.filename().string()));
  }
  if (!options_.dry_run) {
    // Perhaps it has its name since a moment ago.
    if (auto durable = sync_folder(files_, names_); !durable) return durable;
  }
  outcome.end = RecoveryEnd::sealed_already;
  outcome.summary.sealed = true;
  outcome.summary.frames = **frames;
  outcome.summary.bytes = file_bytes(files_, names_.final_name);
  if (**frames >= survey_.stored_rows) return {};
  // An earlier recovery found damaged chunks; whether it came to telling of them is run.json's to say.
  lose(outcome, survey_.stored_rows - **frames);
  return gaps_of_sealed_form(files_, names_, outcome.gaps);
}

// They were counted as stored when they were acknowledged.
void Recovery::lose(RecoveredSegment& outcome, std::uint64_t frames) const {
  outcome.lost_frames = frames;
  const std::uint64_t lost = std::min(frames, outcome.ledger.stored);
  outcome.ledger.stored -= lost;
  outcome.ledger.dropped.failed += lost;
}

Result<void> Recovery::add_gaps(RecoveredSegment& outcome) {
  for (std::uint64_t record = 0; record < survey_.records && outcome.gaps.size() < most_gaps; ++record) {
    const auto found = journal_.next();
    if (!found || !*found) break;
    const std::size_t before = outcome.gaps.size();
    outcome.gaps.resize(std::min<std::size_t>(most_gaps, before + journal_.count<Gap>()));
    auto read = journal_.read(0, std::span(outcome.gaps).subspan(before));
    if (!read) return read;
  }
  journal_.rewind();
  return {};
}

Result<void> Recovery::open_part() {
  part_ = UniqueFd(files_.open(names_.part.c_str(), O_RDONLY, 0));
  if (part_ || errno == ENOENT) return {};
  return unexpected(file_error(names_.part, "open", errno));
}

Result<void> Recovery::make(RecoveredSegment& outcome) {
  if (auto opened = open_part(); !opened) return opened;
  const std::uint64_t frames =
      survey_.chunks[0].empty()
          ? 0
          : (survey_.chunks[0].size() - 1) * journal_.head().camera.frames_per_chunk + survey_.chunks[0].back().frames;
  outcome.unacknowledged_frames = frames - survey_.stored_rows;
  outcome.end = RecoveryEnd::recovered;
  if (options_.dry_run) return {};
  progress_.total_bytes = bytes_to_copy(survey_);
  const std::uint64_t needed = progress_.total_bytes + journal_.position() + overhead_bytes;
  if (auto room = check_room(files_, folder(), needed, options_.keep_free); !room) return room;
  const JournalHead& head = journal_.head();
  auto writer = SegmentWriter::create(files_, temporary_, head.run, head.camera, head.segment.number,
                                      head.segment.codec, head.segment.deflate_level);
  if (!writer) return unexpected(std::move(writer.error()));
  std::vector<ChunkEntry> chunks;
  auto done = copy_into(**writer, outcome, chunks);
  writer->reset();
  if (done && outcome.end != RecoveryEnd::stopped) done = seal(outcome, chunks);
  if (!done || outcome.end == RecoveryEnd::stopped) (void)files_.unlink(temporary_.c_str());
  if (done) outcome.summary.bytes = file_bytes(files_, names_.final_name);
  return done;
}

bool Recovery::tick(std::uint64_t bytes, const SegmentWriter& writer) {
  progress_.done_bytes += bytes;
  const std::uint64_t every = options_.sync_every.count;
  if (every > 0 && progress_.done_bytes - synced_ >= every) {
    synced_ = progress_.done_bytes;
    // A failure counts: the file's errors are told once, and the seal's own sync would not hear of them.
    if (auto synced = sync_data(files_, writer.descriptor(), temporary_); !synced) {
      sync_failed_ = std::move(synced.error());
      return false;
    }
  }
  return !options_.tick || options_.tick(progress_);
}

Result<void> Recovery::copy_into(SegmentWriter& writer, RecoveredSegment& outcome, std::vector<ChunkEntry>& chunks) {
  const std::function<bool(std::uint64_t)> told = [&](std::uint64_t bytes) { return tick(bytes, writer); };
  RecoveryCopy copy(files_, journal_, survey_, part_.get(), names_.part, writer, told, options_.read_ahead);
  auto copied = copy.run();
  if (!copied) return copied;
  if (sync_failed_) return unexpected(*sync_failed_);
  if (copy.stopped()) {
    outcome.end = RecoveryEnd::stopped;
    return {};
  }
  if (auto closed = writer.close(); !closed) return closed;
  chunks = copy.chunks();
  // In the order of the datasets, as a recorder lists them: frames first.
  std::stable_sort(chunks.begin(), chunks.end(),
                   [](const ChunkEntry& a, const ChunkEntry& b) { return a.dataset < b.dataset; });
  lose(outcome, copy.lost_frames());
  outcome.lost_images = copy.lost_images();
  outcome.summary.frames = copy.frames();
  const auto& gaps = copy.new_gaps();
  const std::size_t room = most_gaps - outcome.gaps.size();
  outcome.gaps.insert(outcome.gaps.end(), gaps.begin(),
                      gaps.begin() + static_cast<std::ptrdiff_t>(std::min(gaps.size(), room)));
  return {};
}

Result<void> Recovery::seal(const RecoveredSegment& outcome, const std::vector<ChunkEntry>& chunks) {
  const JournalHead& head = journal_.head();
  const std::int64_t ended = survey_.last_utc_ns != 0 ? survey_.last_utc_ns : head.segment.started_utc_ns;
  const SealFacts facts{outcome.ledger, outcome.next_frame_id, ended};
  auto sealed = seal_segment(files_, temporary_, head.run, head.camera, chunks, facts);
  if (!sealed) return sealed;
  if (files_.rename_new(temporary_.c_str(), names_.final_name.c_str()) != 0) {
    return unexpected(file_error(names_.final_name, "rename to", errno));
  }
  return sync_folder(files_, names_);
}

Result<void> remove_file(FileOperations& files, const std::filesystem::path& path) {
  if (files.unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return unexpected(file_error(path, "delete", errno));
}

}  // namespace

std::filesystem::path recovered_name(const SegmentFiles& names) { return names.final_name.string() + ".recovered"; }

Result<RecoveredSegment> recover_segment(FileOperations& files, const SegmentFiles& names,
                                         const RecoveryOptions& options) {
  auto journal = JournalReader::open(files, names.journal);
  if (!journal) return unexpected(std::move(journal.error()));
  if (auto right = check_name(*journal, names); !right) return unexpected(std::move(right.error()));
  if (auto locked = lock_journal(files, *journal); !locked) return unexpected(std::move(locked.error()));
  // What was written between the first look at its size and the lock counts too.
  if (auto looked = journal->look_again(); !looked) return unexpected(std::move(looked.error()));
  const auto survey = survey_journal(*journal);
  if (!survey) return unexpected(survey.error());
  auto outcome = Recovery(files, names, options, *journal, *survey).run();
  if (!outcome) return outcome;
  outcome->summary.sealed = outcome->summary.sealed || (outcome->end == RecoveryEnd::recovered && !options.dry_run);
  return outcome;
}

Result<void> remove_torn(FileOperations& files, const SegmentFiles& names) {
  if (auto removed = remove_file(files, names.part); !removed) return removed;
  // Never a `.part` without journal: nobody could tell any more what it is.
  if (auto durable = sync_folder(files, names); !durable) return durable;
  return remove_file(files, names.journal);
}

}  // namespace tarsier
