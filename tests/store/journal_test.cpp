#include "store/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cstring>
#include <fstream>

#include "CppUTest/TestHarness.h"
#include "sample_recording.hpp"
#include "store/journal_header.hpp"
#include "store/journal_record.hpp"
#include "support/faulty_files.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

constexpr std::uint64_t journal_id = 0x0123'4567'89ab'cdef;

std::vector<std::byte> sample_header() {
  return journal_header(
      sample_run(), sample_camera(),
      {.id = journal_id, .number = 7, .file = "x_000007.h5", .started_utc_ns = 5, .ledger = {}, .next_frame_id = 100});
}

bool only_zeros(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte value) { return value == std::byte{0}; });
}

}  // namespace

TEST_GROUP(Journal) {
  TemporaryFolder folder;
  FaultyFiles files;
  std::filesystem::path path = folder / "x_000007.journal";
  std::vector<std::byte> buffer = std::vector<std::byte>(1 << 20);
  std::uint64_t sequence = 1;

  std::unique_ptr<Journal> make() { return must(Journal::create(files, path, sample_header())); }
  // A record of one row with its two regions and one chunk.
  std::span<const std::byte> record(std::uint64_t i) {
    rows = {sample_row(i)};
    regions = {sample_region(i, 0), sample_region(i, 1)};
    chunks = {{i, 2, 4096 * i, 4096, 0xabc + i, 1}};
    return write_record(buffer, journal_id, sequence++,
                        {.rows = rows,
                         .regions = regions,
                         .gaps = {},
                         .events = {},
                         .environment = {},
                         .chunks = chunks,
                         .projections = {},
                         .storage = {},
                         .ledger = {},
                         .next_frame_id = 101 + i});
  }
  std::vector<Row> rows;
  std::vector<RegionRow> regions;
  std::vector<ChunkEntry> chunks;
};

TEST(Journal, begins_with_its_head_and_zeros_up_to_a_step) {
  const auto journal = make();
  const auto head = sample_header();
  const auto data = contents(path);
  CHECK_EQUAL(journal_step_bytes, data.size());
  CHECK_EQUAL(0, std::memcmp(head.data(), data.data(), head.size()));
  CHECK(only_zeros(std::span(data).subspan(head.size())));
  CHECK_EQUAL(head.size(), journal->bytes());
}

TEST(Journal, is_never_made_over_another_file) {
  std::ofstream(path) << "precious";
  CHECK_FALSE(Journal::create(files, path, sample_header()).has_value());
  CHECK_EQUAL(8, std::filesystem::file_size(path));
}

TEST(Journal, is_in_use_as_long_as_its_writer_lives) {
  CHECK_FALSE(journal_in_use(system_files(), path));
  auto journal = make();
  CHECK_TRUE(journal_in_use(system_files(), path));
  journal.reset();
  CHECK_FALSE(journal_in_use(system_files(), path));
}

TEST(Journal, grows_ahead_of_its_records_in_steps_of_zeros) {
  const auto journal = make();
  for (std::uint64_t i = 0; i < 200; ++i) {
    must(journal->append(record(i)));
    must(journal->grow_ahead());
    const auto size = std::filesystem::file_size(path);
    CHECK_EQUAL(0, size % journal_step_bytes);
    CHECK(size - journal->bytes() >= journal_step_bytes / 2);
  }
  const auto data = contents(path);
  CHECK(only_zeros(std::span(data).subspan(journal->bytes())));
}

TEST(Journal, a_record_larger_than_what_is_left_is_whole) {
  const auto journal = make();
  std::vector<std::byte> large(3 * journal_step_bytes, std::byte{1});
  must(journal->append(large));
  const auto data = contents(path);
  CHECK_EQUAL(4 * journal_step_bytes, data.size());
  CHECK_EQUAL(0, std::memcmp(large.data(), data.data() + journal->bytes() - large.size(), large.size()));
}

TEST(Journal, a_record_is_written_before_it_is_synced) {
  const auto journal = make();
  const std::size_t before = files.asked().size();
  must(journal->append(record(0)));
  CHECK_EQUAL(before + 2, files.asked().size());
  CHECK_EQUAL(std::string("pwrite"), files.asked()[before]);
  CHECK_EQUAL(std::string("fdatasync"), files.asked()[before + 1]);
}

TEST(Journal, after_a_failed_write_the_same_record_can_be_written_again) {
  files.only = "pwrite";
  const auto journal = make();
  must(journal->append(record(0)));
  files.fail_at = files.counted() + 1;
  files.error = ENOSPC;
  const auto again = record(1);
  const auto refused = journal->append(again);
  CHECK_FALSE(refused.has_value());
  CHECK_EQUAL(ENOSPC, refused.error().error_number);
  must(journal->append(again));
  CHECK_EQUAL(2, must(read_chunk_entries(system_files(), path, 2)).size());
}

TEST(Journal, a_failed_sync_is_not_taken_for_lack_of_space) {
  files.only = "fdatasync";
  const auto journal = make();
  files.fail_at = files.counted() + 1;
  files.error = ENOSPC;
  CHECK_EQUAL(EIO, journal->append(record(0)).error().error_number);
}

TEST(Journal, survives_short_writes_and_signals) {
  files.most_bytes = 1000;
  files.interrupt = true;
  const auto journal = make();
  must(journal->append(record(0)));
  CHECK_EQUAL(1, must(read_chunk_entries(files, path, 1)).size());
}

TEST(Journal, whichever_step_of_its_making_fails_nothing_is_left) {
  for (std::uint64_t k = 1; k < 100; ++k) {
    FaultyFiles faulty;
    faulty.fail_at = k;
    const auto journal = Journal::create(faulty, path, sample_header());
    CHECK_EQUAL(journal.has_value(), std::filesystem::exists(path));
    std::filesystem::remove(path);
    if (journal) return;  // beyond its last step
  }
  FAIL("create() never ends");
}

TEST(Journal, chunk_entries_are_read_back_as_they_were_written) {
  const auto journal = make();
  for (std::uint64_t i = 0; i < 5; ++i) must(journal->append(record(i)));
  const auto entries = must(read_chunk_entries(files, path, 5));
  for (std::uint64_t i = 0; i < 5; ++i) {
    CHECK_EQUAL(i, entries[i].index);
    CHECK_EQUAL(2, entries[i].frames);
    CHECK_EQUAL(4096 * i, entries[i].offset);
    CHECK_EQUAL(4096, entries[i].bytes);
    CHECK_EQUAL(0xabc + i, entries[i].hash);
    CHECK_EQUAL(1, entries[i].filter_mask);
  }
}

TEST(Journal, a_torn_record_is_its_end) {
  const auto journal = make();
  for (std::uint64_t i = 0; i < 3; ++i) must(journal->append(record(i)));
  const std::uint64_t last = journal->bytes() - 4096;
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  CHECK_EQUAL(1, ::pwrite(fd, "!", 1, static_cast<off_t>(last + 40)));
  ::close(fd);
  CHECK_FALSE(read_chunk_entries(files, path, 3).has_value());
  CHECK_EQUAL(2, must(read_chunk_entries(files, path, 2)).size());
}

TEST(Journal, another_program_reads_it_by_its_description) {
  const auto journal = make();
  const std::vector<Row> two = sample_rows(2);
  const std::vector<RegionRow> four = sample_regions(2, 2);
  const Gap gap{3, 4, GapCause::ring_full, true, -5, 6};
  Event event{.utc_ns = 1, .monotonic_ns = 2, .kind = EventKind::thermal, .first_id = 3, .last_id = 4, .value = 5.5};
  std::strcpy(event.text, "warm");
  const EnvironmentSample sample{-7, 8, 9.25};
  const ChunkEntry chunk{1, 2, 8192, 5000, 0xfedc'ba98'7654'3210, 3, 4};
  const ProjectionRow projection{1, 9, 8, -10, 11, 7};
  const StorageRow storage{-12, StorageOperation::seal, 13, 1.5, 2.5, 3.5};
  LedgerCounts ledger;
  ledger.stored = 1;
  ledger.dropped.shutdown = 9;
  ledger.samples.missed = 15;
  must(journal->append(
      write_record(buffer, journal_id, 1,
                   {two, four, std::span(&gap, 1), std::span(&event, 1), std::span(&sample, 1), std::span(&chunk, 1),
                    std::span(&projection, 1), std::span(&storage, 1), ledger, 102})));
  must(journal->append(write_record(buffer, journal_id, 2, {{}, {}, {}, {}, {}, {}, {}, {}, ledger, 103})));
  check_python(R"(
import sys
sys.path.insert(0, sys.argv[2])
from read_journal import read_journal
journal = read_journal(sys.argv[1])
head, (record, last) = journal["head"], journal["records"]
assert head["number"] == 7 and head["file"] == "x_000007.h5" and head["next_frame_id"] == 100, head
assert head["frames"]["frames_per_chunk"] == 2 and head["frames"]["filters"][0]["id"] == 1, head
assert head["run"]["experiment"] == "sleep ä" and head["camera"]["regions"][1]["pixels"] == 4, head
assert head["spans"] == [(1, 0, 3), (2, 0, 3), (3, 4, 8)], head["spans"]
assert [row["frame_id"] for row in record["rows"]] == [100, 101]
row = record["rows"][1]
assert row["stored_index"] == 1 and row["sensor_ns"] == 5100000001 and row["residual_ns"] == -1, row
assert row["utc_uncertainty_ns"] == 1001 and row["pair_ns"] == 100000001 and row["exposure_ns"] == 8000000, row
assert (row["gain"], row["n"], row["abs_diff_sum"], row["changed"], row["sum"]) == (2.5, 48, 10, 1, 4801), row
assert (row["sum_sq"], row["min"], row["max"], row["drift_x"]) == (2**40 + 1, 1, 250, -0.5), row
assert record["regions"][3] == dict(abs_diff_sum=4, changed=1, sum=8, sum_sq=2**41 + 1, min=1, max=201)
assert record["gaps"] == [dict(first_id=3, last_id=4, cause=3, estimated=1, start_utc_ns=-5, end_utc_ns=6)]
[storage] = record["storage"]
assert storage == dict(utc_ns=-12, operation=2, count=13, mean_us=1.5, p99_us=2.5, max_us=3.5), storage
event = record["events"][0]
assert (event["kind"], event["value"], event["text"].rstrip(b"\0")) == (6, 5.5, b"warm"), event
assert record["environment"] == [dict(utc_ns=-7, channel=8, value=9.25)]
assert record["chunks"] == [dict(dataset=4, index=1, frames=2, offset=8192, bytes=5000, hash=0xfedcba9876543210,
                                 filter_mask=3)]
assert record["projections"] == [dict(first_id=1, last_id=9, count=8, start_utc_ns=-10, end_utc_ns=11, median_count=7)]
counters = record["counters"][0]
assert (counters["stored"], counters["shutdown"], counters["samples_missed"]) == (1, 9, 15), counters
assert counters["next_frame_id"] == 102 and list(last) == ["counters"] and last["counters"][0]["next_frame_id"] == 103
)",
               {path.string(), TARSIER_SOURCE_DIR "/tests/integration"});
}
