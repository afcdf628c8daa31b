#include "store/recovery.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <fstream>
#include <map>

#include "CppUTest/TestHarness.h"
#include "base/unique_fd.hpp"
#include "store/recovery_survey.hpp"
#include "store/torn_segments.hpp"
#include "store_bench.hpp"
#include "support/faulty_files.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

namespace {

// Every row is there, with its frame or a flag that says why not; every chunk has its hash.
const std::string whole = R"(
import sys, h5py, numpy, xxhash
path, rows, frames, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
with h5py.File(path) as f:
    table = f["tarsier/rows"][:]
    assert len(table) == rows and len(f["tarsier/regions"]) == rows, table["frame_id"]
    assert list(table["frame_id"]) == list(range(first, first + rows))
    kept = table[table["stored_index"] >= 0]
    assert list(kept["stored_index"]) == list(range(frames)) and len(f["frames"]) == frames, kept["stored_index"]
    assert len(f["timestamps"]) == frames and bool(f.attrs["finalized"])
    for row in kept:
        assert f["frames"][row["stored_index"], 0, 0] == 7 * int(row["frame_id"]) % 251, row
    lost = table[table["stored_index"] < 0]
    assert (lost["flags"] & 128).all()
    assert (f["tarsier/regions"]["abs_diff_sum"][:, 1] == 2 * table["frame_id"]).all()
    chunks = [c for c in f["tarsier/chunks"][:] if c["dataset"] == 0]
    dataset = f["frames"]
    assert sum(c["count"] for c in chunks) == frames
    for chunk in chunks:
        mask, data = dataset.id.read_direct_chunk((int(chunk["first_index"]), 0, 0))
        assert xxhash.xxh3_64_intdigest(data) == chunk["xxh3_64"] and len(data) == chunk["bytes"]
    for gap in f["tarsier/gaps"][:]:
        print("gap", gap["first_id"], gap["last_id"], gap["cause"])
)";

RecoveryOptions reading_ahead(bool read_ahead) {
  RecoveryOptions options;
  options.read_ahead = read_ahead;
  return options;
}

RecoveryOptions options_with(Bytes keep_free, bool dry_run) {
  RecoveryOptions options;
  options.keep_free = keep_free;
  options.dry_run = dry_run;
  return options;
}

std::map<std::string, std::uint64_t> listing(const std::filesystem::path& folder) {
  std::map<std::string, std::uint64_t> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names[entry.path().filename()] = entry.file_size();
  }
  return names;
}

}  // namespace

TEST_GROUP(Recovery) {
  TemporaryFolder folder;
  FileOperations& files = system_files();

  // A recording of so many frames that ends without a word after all but `late` were acknowledged.
  SegmentFiles torn(int frames, int late = 0, CameraRecording recording = bench_recording()) {
    StoreBench bench(files, folder.path(), std::move(recording));
    must(bench.recorder->begin());
    bench.record(frames);
    bench.pass(2s);
    for (int i = 0; i < late; ++i) {
      CHECK_TRUE(bench.camera.push_frame());
      bench.work(false);
    }
    const auto found = find_torn_segments(files, bench.run_folder() / "a");
    CHECK_EQUAL(1, found.torn.size());
    return found.torn.front();
  }
  RecoveredSegment recover(const SegmentFiles& names, const RecoveryOptions& options = {}) {
    return must(recover_segment(files, names, options));
  }
  void check(const SegmentFiles& names, std::uint64_t rows, std::uint64_t frames) {
    check_python(whole, {names.final_name, std::to_string(rows), std::to_string(frames), "0"});
  }
  // Writes over one byte of a chunk.
  void damage(const SegmentFiles& names, std::size_t chunk) {
    auto journal = must(JournalReader::open(files, names.journal));
    const auto survey = must(survey_journal(journal));
    const UniqueFd fd(::open(names.part.c_str(), O_RDWR | O_CLOEXEC));
    CHECK_EQUAL(1, ::pwrite(fd.get(), "!", 1, static_cast<off_t>(survey.chunks[0].at(chunk).offset + 20)));
  }
};

TEST(Recovery, a_killed_recording_comes_back_with_all_that_was_acknowledged) {
  const auto names = torn(9, 3);
  const auto outcome = recover(names);
  CHECK(outcome.end == RecoveryEnd::recovered);
  CHECK_EQUAL(9, outcome.summary.rows);
  CHECK_EQUAL(9, outcome.summary.frames);
  CHECK_EQUAL(9, outcome.ledger.stored);
  CHECK_EQUAL(9, outcome.next_frame_id);
  CHECK_EQUAL(std::filesystem::file_size(names.final_name), outcome.summary.bytes);
  must(remove_torn(files, names));
  CHECK_EQUAL(1, listing(names.final_name.parent_path()).size());
  check(names, 9, 9);
}

TEST(Recovery, whichever_operation_it_dies_at_the_next_attempt_finds_everything) {
  const auto names = torn(6, 2);
  const auto kept = folder / "kept";
  std::filesystem::copy(names.part.parent_path(), kept, std::filesystem::copy_options::recursive);
  for (const bool read_ahead : {false, true}) {
    bool ended = false;
    std::uint64_t attempts = 0;
    for (std::uint64_t k = 1; !ended; k += 1 + k / 16, ++attempts) {
      std::filesystem::remove_all(names.part.parent_path());
      std::filesystem::copy(kept, names.part.parent_path(), std::filesystem::copy_options::recursive);
      FaultyFiles faulty;
      faulty.fail_at = k;
      faulty.fail_for_good = true;
      const auto dying = recover_segment(faulty, names, reading_ahead(read_ahead));
      ended = dying && remove_torn(faulty, names).has_value();
      if (std::filesystem::exists(names.journal)) {
        CHECK_TRUE(std::filesystem::exists(names.part) || std::filesystem::exists(names.final_name));
        const auto again = recover(names, reading_ahead(read_ahead));
        CHECK_EQUAL(6, again.summary.rows);
        CHECK_EQUAL(6, again.summary.frames);
        must(remove_torn(files, names));
      }
      CHECK_EQUAL(1, listing(names.part.parent_path()).size());
      if (attempts % 8 == 0) check(names, 6, 6);
    }
    CHECK(attempts > 30);
  }
}

TEST(Recovery, a_single_fault_costs_neither_a_row_nor_a_frame) {
  const auto names = torn(6);
  const auto kept = folder / "kept";
  std::filesystem::copy(names.part.parent_path(), kept, std::filesystem::copy_options::recursive);
  for (const bool read_ahead : {false, true}) {
    std::uint64_t operations = 1;
    for (std::uint64_t k = 1; k <= operations; k += 1 + k / 10) {
      std::filesystem::remove_all(names.part.parent_path());
      std::filesystem::copy(kept, names.part.parent_path(), std::filesystem::copy_options::recursive);
      FaultyFiles faulty;
      faulty.fail_at = k;
      faulty.error = k % 2 == 0 ? EIO : ENOSPC;
      const auto first = recover_segment(faulty, names, reading_ahead(read_ahead));
      operations = std::max(operations, faulty.counted());
      if (first) CHECK_EQUAL(6, first->summary.frames);
      CHECK_EQUAL(6, recover(names, reading_ahead(read_ahead)).summary.frames);
    }
    check(names, 6, 6);
  }
}

TEST(Recovery, reading_ahead_finds_the_same) {
  const auto names = torn(30, 4);
  damage(names, 2);
  for (const bool read_ahead : {false, true}) {
    const auto outcome = recover(names, reading_ahead(read_ahead));
    CHECK_EQUAL(30, outcome.summary.rows);
    CHECK_EQUAL(27, outcome.summary.frames);
    CHECK_EQUAL(3, outcome.lost_frames);
    check(names, 30, 27);
    std::filesystem::remove(names.final_name);
  }
}

TEST(Recovery, without_memory_for_a_chunk_it_is_refused_and_loses_nothing) {
  const auto names = torn(9);
  const auto before = listing(names.final_name.parent_path());
  for (const bool read_ahead : {false, true}) {
    FaultyFiles counting;
    CHECK(recover_segment(counting, names, reading_ahead(read_ahead)).has_value());
    std::filesystem::remove(names.final_name);
    bool met = false;
    for (std::uint64_t k = 1; k <= counting.counted(); ++k) {
      FaultyFiles faulty;
      faulty.only = "pread";
      faulty.fail_at = k;
      faulty.error = ENOMEM;
      const auto outcome = recover_segment(faulty, names, reading_ahead(read_ahead));
      if (outcome) {
        CHECK_EQUAL(9, outcome->summary.frames);
        std::filesystem::remove(names.final_name);
      } else if (outcome.error().message.find(".part") != std::string::npos) {
        CHECK_EQUAL(ENOMEM, outcome.error().error_number);
        met = true;
      }
      CHECK(before == listing(names.final_name.parent_path()));
      if (faulty.counted() < k) break;
    }
    CHECK_TRUE(met);
  }
}

TEST(Recovery, a_damaged_chunk_costs_its_frames_and_nothing_else) {
  const auto names = torn(9);
  damage(names, 1);
  const auto outcome = recover(names);
  CHECK_EQUAL(3, outcome.lost_frames);
  CHECK_EQUAL(9, outcome.summary.rows);
  CHECK_EQUAL(6, outcome.summary.frames);
  CHECK_EQUAL(6, outcome.ledger.stored);
  CHECK_EQUAL(3, outcome.ledger.dropped.failed);
  CHECK_EQUAL(1, outcome.gaps.size());
  CHECK_EQUAL(3, outcome.gaps[0].first_id);
  CHECK_EQUAL(5, outcome.gaps[0].last_id);
  check(names, 9, 6);
}

TEST(Recovery, without_its_part_the_rows_come_back) {
  const auto names = torn(6);
  std::filesystem::remove(names.part);
  const auto found = find_torn_segments(files, names.final_name.parent_path());
  CHECK_EQUAL(1, found.torn.size());
  CHECK_EQUAL(names.final_name.string(), found.torn[0].final_name.string());
  const auto outcome = recover(found.torn[0]);
  CHECK_EQUAL(6, outcome.lost_frames);
  CHECK_EQUAL(6, outcome.summary.rows);
  check(names, 6, 0);
}

TEST(Recovery, frames_that_nobody_was_told_of_are_left_out) {
  const auto names = torn(6, 5);
  CHECK_EQUAL(6, recover(names).summary.frames);
  check(names, 6, 6);
}

TEST(Recovery, a_recording_without_frames_comes_back) {
  CameraRecording recording = bench_recording();
  recording.frames_kept = false;
  const auto names = torn(5, 2, recording);
  const auto outcome = recover(names);
  CHECK_EQUAL(5, outcome.summary.rows);
  CHECK_EQUAL(0, outcome.lost_frames);
  CHECK_EQUAL(5, outcome.ledger.reduced_only);
}

TEST(Recovery, of_a_segment_in_which_nothing_was_acknowledged_nothing_is_left) {
  {
    StoreBench bench(files, folder.path(), bench_recording());
    must(bench.recorder->begin());
    std::filesystem::copy(bench.run_folder() / "a", folder / "copy");
  }
  const auto names = find_torn_segments(files, folder / "copy").torn.at(0);
  CHECK(recover(names).end == RecoveryEnd::empty);
  must(remove_torn(files, names));
  CHECK_EQUAL(0, listing(names.final_name.parent_path()).size());
}

TEST(Recovery, what_is_sealed_already_is_only_tidied_up) {
  const auto names = torn(6);
  (void)recover(names);
  const auto bytes = std::filesystem::last_write_time(names.final_name);
  const auto again = recover(names);
  CHECK(again.end == RecoveryEnd::sealed_already);
  CHECK_EQUAL(6, again.summary.frames);
  CHECK_TRUE(bytes == std::filesystem::last_write_time(names.final_name));
}

TEST(Recovery, a_foreign_file_of_the_final_name_is_never_replaced) {
  const auto names = torn(6);
  std::ofstream(names.final_name) << "precious";
  CHECK_FALSE(recover_segment(files, names).has_value());
  CHECK_EQUAL(8, std::filesystem::file_size(names.final_name));
  CHECK_TRUE(std::filesystem::exists(names.part) && std::filesystem::exists(names.journal));
}

TEST(Recovery, a_segment_that_somebody_holds_is_left_alone) {
  const auto names = torn(6);
  const UniqueFd holder(::open(names.journal.c_str(), O_RDWR | O_CLOEXEC));
  CHECK_EQUAL(0, ::flock(holder.get(), LOCK_EX));
  const auto refused = recover_segment(files, names);
  CHECK_FALSE(refused.has_value());
  CHECK_EQUAL(EWOULDBLOCK, refused.error().error_number);
}

TEST(Recovery, the_journal_of_another_segment_is_refused) {
  const auto names = torn(6);
  const auto other = torn_files(names.part.parent_path() / "y_000002.h5.part");
  std::filesystem::rename(names.part, other.part);
  std::filesystem::rename(names.journal, other.journal);
  CHECK_FALSE(recover_segment(files, other).has_value());
}

TEST(Recovery, a_look_changes_nothing) {
  const auto names = torn(6, 3);
  const auto before = listing(names.final_name.parent_path());
  const auto outcome = recover(names, options_with(Bytes{}, true));
  CHECK(outcome.end == RecoveryEnd::recovered);
  CHECK_EQUAL(6, outcome.summary.rows);
  CHECK(before == listing(names.final_name.parent_path()));
}

TEST(Recovery, it_stops_when_it_is_asked_and_leaves_no_half_of_a_file) {
  const auto names = torn(9);
  const auto before = listing(names.final_name.parent_path());
  for (const bool read_ahead : {false, true}) {
    RecoveryOptions options = reading_ahead(read_ahead);
    options.tick = [](const RecoveryProgress& progress) {
      CHECK(progress.done_bytes <= progress.total_bytes);
      return false;
    };
    CHECK(recover(names, options).end == RecoveryEnd::stopped);
  }
  CHECK(before == listing(names.final_name.parent_path()));
  CHECK(recover(names).end == RecoveryEnd::recovered);
}

TEST(Recovery, a_sync_that_failed_on_the_way_is_not_forgotten) {
  const auto names = torn(12);
  FaultyFiles faulty;
  faulty.only = "fdatasync";
  faulty.fail_at = 1;
  RecoveryOptions options;
  options.sync_every = Bytes{1};
  CHECK_EQUAL(EIO, recover_segment(faulty, names, options).error().error_number);
  CHECK_FALSE(std::filesystem::exists(names.final_name));
  CHECK_EQUAL(12, recover(names, options).summary.frames);
}

TEST(Recovery, it_takes_no_room_that_the_recording_needs) {
  const auto names = torn(6);
  FaultyFiles full;
  full.free = 100 << 20;
  const auto refused = recover_segment(full, names, options_with(mebibytes(99), false));
  CHECK_FALSE(refused.has_value());
  CHECK_EQUAL(ENOSPC, refused.error().error_number);
  CHECK_TRUE(recover_segment(full, names, options_with(mebibytes(50), false)).has_value());
}

TEST(Recovery, images_come_back_with_their_intervals_or_not_at_all) {
  CameraRecording recording = bench_recording();
  recording.images = {ImageKind::mean, ImageKind::max};
  std::vector<std::byte> pixels(recording.size.pixels(), std::byte{9});
  SegmentFiles names;
  {
    StoreBench bench(files, folder.path(), recording);
    must(bench.recorder->begin());
    for (std::uint64_t i = 0; i < 2; ++i) {
      ImageBatch batch;
      batch.images[0] = batch.images[1] = pixels;
      batch.projection = {3 * i, 3 * i + 2, 3, 1, 2, 0};
      bench.record(3);
      CHECK_TRUE(bench.camera.channel.images.push(batch));
      bench.record(1);
    }
    bench.pass(2s);
    names = find_torn_segments(files, bench.run_folder() / "a").torn.at(0);
  }
  auto journal = must(JournalReader::open(files, names.journal));
  const auto survey = must(survey_journal(journal));
  CHECK_EQUAL(2, survey.projections);
  const UniqueFd fd(::open(names.part.c_str(), O_RDWR | O_CLOEXEC));
  CHECK_EQUAL(1, ::pwrite(fd.get(), "!", 1, static_cast<off_t>(survey.chunks[1].at(0).offset)));
  const auto outcome = recover(names);
  CHECK_EQUAL(1, outcome.lost_images);
  check_python(R"(
import sys, h5py
with h5py.File(sys.argv[1]) as f:
    group = f["tarsier/projections"]
    assert list(group["rows"]["first_id"]) == [3] and len(group["mean"]) == len(group["max"]) == 1
    assert (group["mean"][0] == 9).all() and (group["max"][0] == 9).all()
    assert [e["first_id"] for e in f["tarsier/events"] if e["kind"] == 4] == [0]
)",
               {names.final_name});
}
