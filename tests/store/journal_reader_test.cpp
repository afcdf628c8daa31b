#include "store/journal_reader.hpp"

#include <cstring>
#include <fstream>
#include <functional>

#include "CppUTest/TestHarness.h"
#include "sample_recording.hpp"
#include "store/journal.hpp"
#include "store/journal_record.hpp"
#include "support/faulty_files.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

constexpr std::uint64_t segment_id = 0x0123'4567'89ab'cdef;

SegmentIdentity identity() {
  SegmentIdentity segment;
  segment.id = segment_id;
  segment.number = 7;
  segment.file = "x_000007.h5";
  segment.started_utc_ns = -5;
  segment.ledger.stored = 11;
  segment.next_frame_id = 100;
  segment.deflate_level = 6;
  return segment;
}

void put_contents(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

template <typename Item>
std::vector<Item> items(JournalReader& reader) {
  std::vector<Item> all(reader.count<Item>());
  must(reader.read(0, std::span(all)));
  return all;
}

bool mentions(const Error& error, const char* word) { return error.message.find(word) != std::string::npos; }

}  // namespace

TEST_GROUP(JournalReader) {
  TemporaryFolder folder;
  std::filesystem::path path = folder / "x_000007.journal";
  std::vector<std::byte> buffer = std::vector<std::byte>(4 << 20);

  // Record i: `count` rows with their regions, one chunk, and one of each of the rest.
  std::span<const std::byte> record(std::uint64_t sequence, std::uint64_t count) {
    rows = sample_rows(count);
    regions = sample_regions(count, 2);
    const Gap gap{3, 4, GapCause::ring_full, true, -5, 6};
    Event event{.utc_ns = 1, .kind = EventKind::thermal, .first_id = 3, .last_id = 4, .value = 5.5};
    std::strcpy(event.text, "warm");
    const EnvironmentSample sample{-7, 8, 9.25};
    const ChunkEntry chunk{sequence, 2, 8192, 5000, 0xfedc'ba98'7654'3210, 3, 4};
    const ProjectionRow projection{1, 9, 8, -10, 11, 7};
    const StorageRow storage{-12, StorageOperation::seal, 13, 1.5, 2.5, 3.5};
    LedgerCounts ledger;
    ledger.stored = sequence;
    ledger.samples.missed = 15;
    return write_record(
        buffer, segment_id, sequence,
        {rows, regions, std::span(&gap, 1), std::span(&event, 1), std::span(&sample, 1), std::span(&chunk, 1),
         std::span(&projection, 1), std::span(&storage, 1), ledger, 100 + sequence});
  }
  // A journal of records of so many rows each.
  void make(const std::vector<std::uint64_t>& counts) {
    const auto journal = must(Journal::create(system_files(), path, journal_header(sample_run(), camera, identity())));
    std::uint64_t sequence = 1;
    for (const std::uint64_t count : counts) {
      places.push_back(journal->bytes());
      must(journal->append(record(sequence++, count)));
    }
    places.push_back(journal->bytes());
  }
  JournalReader open() { return must(JournalReader::open(system_files(), path)); }
  // A record whose bytes were changed and whose checksum is right again.
  void forge(std::uint64_t place, const std::function<void(std::span<std::byte>)>& change) {
    auto bytes = contents(path);
    std::uint64_t size = 0;
    std::memcpy(&size, &bytes[place + 24], sizeof size);
    change(std::span(bytes).subspan(place, size));
    std::memcpy(&size, &bytes[place + 24], sizeof size);
    if (place + size > bytes.size()) size = 40;
    const std::uint64_t hash = xxh3_64(std::span(bytes).subspan(place, size - 8));
    std::memcpy(&bytes[place + size - 8], &hash, sizeof hash);
    put_contents(path, bytes);
  }

  CameraRecording camera = sample_camera();
  std::vector<Row> rows;
  std::vector<RegionRow> regions;
  std::vector<std::uint64_t> places;
};

TEST(JournalReader, the_head_is_read_back_as_it_was_written) {
  camera.sample_interval_s = 2.5;
  camera.on_missing = OnMissing::repeat_last;
  camera.pixel = StoredPixel::gray16;
  camera.images = {ImageKind::std, ImageKind::factor};
  camera.luma_range = LumaRange::limited;
  camera.live = false;
  make({});
  const auto reader = open();
  const JournalHead& head = reader.head();
  CHECK_EQUAL(segment_id, head.segment.id);
  CHECK(journal_header(head.run, head.camera, head.segment) == journal_header(sample_run(), camera, identity()));
}

TEST(JournalReader, each_codec_is_known_again) {
  for (const Codec codec : {Codec::none, Codec::deflate, Codec::bitshuffle_lz4}) {
    for (const StoredPixel pixel : {StoredPixel::gray8, StoredPixel::gray16}) {
      camera.pixel = pixel;
      SegmentIdentity segment = identity();
      segment.codec = codec;
      const auto head = journal_header(sample_run(), camera, segment);
      std::uint32_t bytes = 0;
      std::memcpy(&bytes, &head[12], sizeof bytes);
      CHECK_TRUE(must(parse_journal_header(std::span(head).first(bytes), path)).segment.codec == codec);
    }
  }
}

TEST(JournalReader, records_are_read_back_as_they_were_written) {
  make({3, 0, 5000});
  auto reader = open();
  for (const std::uint64_t count : {3U, 0U, 5000U}) {
    CHECK_TRUE(must(reader.next()));
    const auto read = items<Row>(reader);
    CHECK_EQUAL(count, read.size());
    const auto expected = sample_rows(count);
    CHECK(std::equal(read.begin(), read.end(), expected.begin(),
                     [](const Row& a, const Row& b) { return std::memcmp(&a, &b, offsetof(Row, min) + 4) == 0; }));
    CHECK_EQUAL(count * 2, items<RegionRow>(reader).size());
  }
  CHECK_EQUAL(5000, items<RegionRow>(reader)[9999].changed + 1);
  CHECK_EQUAL(std::string("warm"), items<Event>(reader).at(0).text);
  CHECK_TRUE(items<Gap>(reader).at(0).estimated);
  CHECK_EQUAL(9.25, items<EnvironmentSample>(reader).at(0).value);
  CHECK_EQUAL(4, items<ChunkEntry>(reader).at(0).dataset);
  CHECK_EQUAL(7, items<ProjectionRow>(reader).at(0).median_count);
  const StorageRow storage = items<StorageRow>(reader).at(0);
  CHECK(storage.operation == StorageOperation::seal && storage.count == 13 && storage.max_us == 3.5F);
  CHECK_EQUAL(3, reader.counters().ledger.stored);
  CHECK_EQUAL(103, reader.counters().next_frame_id);
  CHECK_FALSE(must(reader.next()));
  CHECK_EQUAL(places.back(), reader.position());
}

TEST(JournalReader, the_last_record_is_found_from_behind) {
  make({3, 0, 5000});
  auto reader = open();
  CHECK_TRUE(must(reader.last_before(reader.file_bytes())));
  CHECK_EQUAL(places[2], reader.offset());
  CHECK_EQUAL(103, reader.counters().next_frame_id);
  CHECK_TRUE(must(reader.last_before(reader.offset())));
  CHECK_TRUE(must(reader.last_before(reader.offset())));
  CHECK_EQUAL(places[0], reader.offset());
  CHECK_FALSE(must(reader.last_before(reader.offset())));
}

TEST(JournalReader, wherever_it_is_cut_off_the_whole_records_before_count) {
  make({2, 1, 2});
  const auto whole = contents(path);
  for (std::uint64_t size = 0; size <= places.back() + 4096; size += 509) {
    put_contents(path, std::span(whole).first(size));
    auto reader = JournalReader::open(system_files(), path);
    CHECK_EQUAL(size >= places[0], reader.has_value());
    if (!reader) continue;
    std::uint64_t records = 0;
    while (must(reader->next())) ++records;
    std::uint64_t expected = 0;
    for (std::uint64_t i = 0; i < 3; ++i) {
      std::uint64_t bytes = 0;
      std::memcpy(&bytes, &whole[places[i] + 24], sizeof bytes);
      if (places[i] + bytes <= size) ++expected;
    }
    CHECK_EQUAL(expected, records);
  }
}

TEST(JournalReader, a_flipped_bit_anywhere_in_a_record_ends_it_there) {
  make({2, 1});
  const auto whole = contents(path);
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, &whole[places[1] + 24], sizeof bytes);
  for (std::uint64_t at = 0; at < bytes; at += 7) {
    auto damaged = whole;
    damaged[places[1] + at] ^= std::byte{0x10};
    put_contents(path, damaged);
    auto reader = open();
    CHECK_TRUE(must(reader.next()));
    CHECK_FALSE(must(reader.next()));
  }
}

TEST(JournalReader, a_damaged_head_is_refused) {
  make({1});
  const auto whole = contents(path);
  std::uint32_t head = 0;
  std::memcpy(&head, &whole[12], sizeof head);
  for (std::uint64_t at = 0; at < head; at += 3) {
    auto damaged = whole;
    damaged[at] ^= std::byte{0x41};
    put_contents(path, damaged);
    CHECK_FALSE(JournalReader::open(system_files(), path).has_value());
  }
}

TEST(JournalReader, zeros_another_file_and_another_version_are_told_apart) {
  put_contents(path, std::vector<std::byte>(1 << 20));
  CHECK_TRUE(mentions(JournalReader::open(system_files(), path).error(), "zeros"));
  put_contents(path, std::vector<std::byte>(1 << 20, std::byte{7}));
  CHECK_TRUE(mentions(JournalReader::open(system_files(), path).error(), "no journal"));
  put_contents(path, {});
  CHECK_TRUE(mentions(JournalReader::open(system_files(), path).error(), "too short"));
  CHECK_TRUE(mentions(JournalReader::open(system_files(), folder.path()).error(), "directory"));
  CHECK_TRUE(mentions(JournalReader::open(system_files(), folder / "none").error(), "No such file"));
  std::filesystem::remove(path);
  make({1});
  auto bytes = contents(path);
  bytes[8] = std::byte{2};
  put_contents(path, bytes);
  CHECK_TRUE(mentions(JournalReader::open(system_files(), path).error(), "version 2"));
}

TEST(JournalReader, records_of_another_segment_do_not_count) {
  make({1});
  SegmentIdentity other = identity();
  other.id = segment_id + 1;
  const auto head = journal_header(sample_run(), camera, other);
  auto bytes = contents(path);
  std::copy(head.begin(), head.end(), bytes.begin());
  put_contents(path, bytes);
  auto reader = open();
  CHECK_FALSE(must(reader.next()));
  CHECK_FALSE(must(reader.last_before(reader.file_bytes())));
}

TEST(JournalReader, a_whole_record_that_makes_no_sense_is_an_error) {
  const auto put16 = [](std::span<std::byte> record, std::size_t at, std::uint16_t value) {
    std::memcpy(&record[at], &value, sizeof value);
  };
  const auto put64 = [](std::span<std::byte> record, std::size_t at, std::uint64_t value) {
    std::memcpy(&record[at], &value, sizeof value);
  };
  const std::vector<std::function<void(std::span<std::byte>)>> changes = {
      [&](auto record) { put16(record, 34, 139); },                   // size of a row
      [&](auto record) { put16(record, 34, 0); },                     // of nothing
      [&](auto record) { put64(record, 40, UINT64_MAX); },            // rows
      [&](auto record) { put64(record, 40, UINT64_MAX / 140 + 2); },  // rows, beyond 64 bits
      [&](auto record) { put64(record, 40, 1); },                     // rows, fewer than there are
      [&](auto record) { put16(record, 32, 2); },                     // regions twice
      [&](auto record) { put16(record, 32, 99); },                    // regions without rows
      [&](auto record) { put64(record, 24, 40); },                    // no counters
  };
  for (const auto& change : changes) {
    std::filesystem::remove(path);
    places.clear();
    make({2});
    forge(places[0], change);
    auto reader = open();
    CHECK_FALSE(reader.next().has_value());
  }
}

TEST(JournalReader, a_block_of_an_unknown_kind_is_skipped) {
  make({2});
  forge(places[0], [](std::span<std::byte> record) { record[32 + 16 + 280 + 16 + 128] = std::byte{99}; });  // gaps
  auto reader = open();
  CHECK_TRUE(must(reader.next()));
  CHECK_EQUAL(0, reader.count<Gap>());
  CHECK_EQUAL(1, reader.count<Event>());
}

TEST(JournalReader, a_value_out_of_its_range_is_an_error) {
  make({2});
  forge(places[0], [](std::span<std::byte> record) { record[32 + 16 + 280 + 16 + 128 + 16 + 16] = std::byte{9}; });
  auto reader = open();
  CHECK_TRUE(must(reader.next()));
  std::vector<Gap> gaps(1);
  CHECK_FALSE(reader.read(0, std::span(gaps)).has_value());
}

TEST(JournalReader, a_disk_that_cannot_be_read_is_not_taken_for_the_end) {
  make({2, 2});
  FaultyFiles files;
  files.only = "pread";
  auto reader = must(JournalReader::open(files, path));
  files.fail_at = files.counted() + 1;
  const auto failed = reader.next();
  CHECK_FALSE(failed.has_value());
  CHECK_EQUAL(EIO, failed.error().error_number);
}

TEST(JournalReader, survives_short_reads_and_signals) {
  make({2, 100});
  FaultyFiles files;
  files.most_bytes = 100;
  files.interrupt = true;
  auto reader = must(JournalReader::open(files, path));
  CHECK_TRUE(must(reader.next()));
  CHECK_TRUE(must(reader.next()));
  CHECK_EQUAL(100, items<Row>(reader).size());
}

TEST(JournalReader, a_head_with_impossible_facts_is_refused) {
  const std::vector<std::function<void(CameraRecording&)>> changes = {
      [](auto& c) { c.frames_per_chunk = 0; },
      [](auto& c) { c.frames_per_chunk = UINT64_MAX / 2; },
      [](auto& c) {
        c.size = {0, 6};
      },
      [](auto& c) {
        c.size = {UINT32_MAX, UINT32_MAX};
      },
      [](auto& c) { c.regions[0].spans[0].end_x_px = 9; },
      [](auto& c) { c.regions[0].spans[1].y_px = 6; },
      [](auto& c) { std::swap(c.regions[0].spans[0], c.regions[0].spans[1]); },
      [](auto& c) { c.regions[1].pixels = 5; },
      [](auto& c) {
        c.images = {ImageKind::mean, ImageKind::mean};
      },
  };
  for (const auto& change : changes) {
    CameraRecording changed = camera;
    change(changed);
    auto head = journal_header(sample_run(), changed, identity());
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, &head[12], sizeof bytes);
    CHECK_FALSE(parse_journal_header(std::span(head).first(bytes), path).has_value());
  }
}
