#include "report/segment_probe.hpp"

#include <CppUTest/TestHarness.h>

#include <fstream>

#include "report/long_run.hpp"
#include "report/segment_reader.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

constexpr std::int64_t one_second = 1'000'000'000;
constexpr std::int64_t started = 1'767'265'200 * one_second;
const std::filesystem::path malformed = TARSIER_SOURCE_DIR "/../shared/data/D11_badhdf5";

void must_be_refused(const std::filesystem::path& path, const std::string& reason) {
  const auto range = probe_segment(path);
  CHECK(!range);
  STRCMP_CONTAINS(reason.c_str(), range.error().message.c_str());
  STRCMP_CONTAINS(path.string().c_str(), range.error().message.c_str());
}

}  // namespace

TEST_GROUP(SegmentProbe) {
  TemporaryFolder folder;
  std::filesystem::path segment() {
    write_long_run(folder / "run", "0.02", "3");
    return folder / "run/plate/sleep_plate_000001.h5";
  }
};

TEST(SegmentProbe, tells_when_the_rows_were_taken) {
  const auto range = probe_segment(segment());
  CHECK(range.has_value());
  CHECK_EQUAL(started, range->first_ns);
  CHECK_EQUAL(started + 344 * 5 * one_second, range->last_ns);
}

TEST(SegmentProbe, a_clock_that_was_set_back_does_not_shorten_the_range) {
  const auto path = segment();
  change_file(path,
              "rows = file['tarsier/rows'][:]; rows['utc_ns'][-1] = rows['utc_ns'][100]; "
              "file['tarsier/rows'][...] = rows");
  const auto range = probe_segment(path);
  CHECK(range.has_value());
  CHECK_EQUAL(started + 343 * 5 * one_second, range->last_ns);
}

TEST(SegmentProbe, what_is_no_hdf5_is_refused) {
  std::ofstream(folder / "text.h5") << "no HDF5 at all, but long enough";
  std::ofstream(folder / "empty.h5") << "";
  must_be_refused(folder / "text.h5", "is no HDF5 file");
  must_be_refused(folder / "empty.h5", "is no HDF5 file");
  must_be_refused(folder / "nothing.h5", "open");
}

TEST(SegmentProbe, hdf5_of_others_is_refused_with_the_remedy) {
  check_python("import sys, h5py\nh5py.File(sys.argv[1], 'w')['frames'] = [1, 2]", {(folder / "other.h5").string()});
  must_be_refused(folder / "other.h5", "Tarsier did not write it; `tarsier reduce`");
}

TEST(SegmentProbe, a_truncated_file_is_refused) {
  const auto path = segment();
  const auto size = std::filesystem::file_size(path);
  for (const auto part : {size / 2, size - 1000, std::uintmax_t{100}}) {
    std::filesystem::copy_file(path, folder / "cut.h5", std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(folder / "cut.h5", part);
    must_be_refused(folder / "cut.h5", "damaged");
  }
}

TEST(SegmentProbe, a_newer_format_and_an_unsealed_file_are_refused) {
  const auto path = segment();
  change_file(path, "file['tarsier'].attrs['format'] = 2");
  must_be_refused(path, "has format 2, this version knows 1");
  change_file(path, "file['tarsier'].attrs['format'] = 1; file.attrs['finalized'] = False");
  must_be_refused(path, "is not sealed");
}

TEST(SegmentProbe, tables_that_do_not_fit_are_refused) {
  for (const std::string change :
       {"del file['tarsier/rows']", "del file['tarsier/regions']", "file['tarsier'].attrs['regions'] = '[]'",
        "file['tarsier'].attrs['regions'] = '{'", "del file['tarsier/gaps']; file['tarsier/gaps'] = np.zeros((2, 2))",
        "del file['tarsier/rows']; file['tarsier/rows'] = 3",
        "del file['tarsier/rows']; file['tarsier/rows'] = np.zeros((500, 2))",
        "file['tarsier'].attrs['largest_value'] = 0", "file['frames'] = np.zeros((2, 3, 4), np.uint8)",
        "file['frames'] = np.zeros((2, 3), np.uint8)"}) {
    const auto path = segment();
    change_file(path, change);
    const auto range = probe_segment(path);
    CHECK_TEXT(!range, change.c_str());
    std::filesystem::remove_all(folder / "run");
  }
}

TEST(SegmentProbe, malformed_files_neither_crash_nor_hang_it) {
  if (!std::filesystem::exists(malformed)) {
    UT_PRINT("skipped: the malformed files are not here");
    return;
  }
  for (const auto& entry : std::filesystem::directory_iterator(malformed))
    if (entry.path().extension() == ".h5") CHECK(!probe_segment(entry.path()));
}

TEST_GROUP(SegmentReader) {
  TemporaryFolder folder;
  std::filesystem::path segment() {
    write_long_run(folder / "run", "0.02", "3");
    return folder / "run/plate/sleep_plate_000001.h5";
  }
};

TEST(SegmentReader, knows_what_the_attributes_say) {
  const auto reader = SegmentReader::open(segment());
  CHECK(reader.has_value());
  const auto& facts = reader->facts();
  STRCMP_EQUAL("sleep of larvae", facts.experiment.c_str());
  STRCMP_EQUAL("box-3", facts.device.c_str());
  STRCMP_EQUAL("plate", facts.camera.c_str());
  DOUBLES_EQUAL(5, facts.interval_s, 0);
  CHECK_EQUAL(345, facts.rows);
  CHECK_EQUAL(3, facts.masks);
  CHECK_EQUAL(6, facts.projections);
  CHECK_EQUAL(306, facts.width_px);
  STRCMP_EQUAL("A2", facts.regions[1].name.c_str());
  STRCMP_EQUAL("mutant", facts.regions[1].labels["genotype"].get<std::string>().c_str());
}

TEST(SegmentReader, reads_rows_in_pieces) {
  const auto reader = SegmentReader::open(segment());
  CHECK(reader.has_value());
  std::vector<ReportRow> rows(2);
  CHECK(reader->read(100, std::span(rows)).has_value());
  CHECK_EQUAL(started + 500 * one_second, rows[0].utc_ns);
  CHECK_EQUAL(5 * one_second, rows[1].pair_ns);
  CHECK(rows[1].is_activity());
  CHECK(reader->read(0, std::span(rows)).has_value());
  CHECK(!rows[0].is_activity());
  CHECK(!reader->read(345, std::span(rows)));
}

TEST(SegmentReader, images_of_another_size_than_asked_for_are_errors) {
  const auto reader = SegmentReader::open(segment());
  CHECK(reader.has_value());
  std::vector<std::uint8_t> mask(10);
  std::vector<std::uint16_t> image(306 * 256);
  CHECK(!reader->read_mask(0, mask));
  CHECK(!reader->read_frame(0, image));
  CHECK(reader->read_projection(ProjectionKind::max, 5, image).has_value());
}

TEST(SegmentReader, a_pair_is_activity_unless_a_flag_or_its_times_say_otherwise) {
  ReportRow row{.utc_ns = 100, .pair_ns = 10};
  CHECK(row.is_activity());
  for (const std::uint32_t flag : {1U, 4U, 8U}) {
    row.flags = flag;
    CHECK(!row.is_activity());
  }
  row.flags = 2U | 16U | 256U;
  CHECK(row.is_activity());
  for (const std::int64_t pair : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{101}, INT64_MAX, INT64_MIN}) {
    row.pair_ns = pair;
    CHECK(!row.is_activity());
  }
}
