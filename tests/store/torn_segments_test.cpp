#include "store/torn_segments.hpp"

#include <fstream>

#include "CppUTest/TestHarness.h"
#include "sample_recording.hpp"
#include "store/journal.hpp"
#include "store/journal_header.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

void make_journal(const std::filesystem::path& path, const std::string& file) {
  SegmentIdentity segment;
  segment.file = file;
  (void)must(Journal::create(system_files(), path, journal_header(sample_run(), sample_camera(), segment)));
}

}  // namespace

TEST_GROUP(TornSegments) { TemporaryFolder folder; };

TEST(TornSegments, what_belongs_together_is_found_together) {
  std::ofstream(folder / "x_000001.h5") << "sealed";
  std::ofstream(folder / "x_000002.h5.part") << "torn";
  make_journal(folder / "x_000002.journal", "x_000002.h5");
  std::ofstream(folder / "out.hdf5.part") << "torn";
  make_journal(folder / "out.journal", "out.hdf5");
  const auto found = find_torn_segments(system_files(), folder.path());
  CHECK_EQUAL(2, found.torn.size());
  CHECK_EQUAL((folder / "out.hdf5").string(), found.torn[0].final_name.string());
  CHECK_EQUAL((folder / "x_000002.h5").string(), found.torn[1].final_name.string());
  CHECK_EQUAL((folder / "x_000002.journal").string(), found.torn[1].journal.string());
  CHECK_TRUE(found.orphans.empty() && found.unreadable.empty());
}

TEST(TornSegments, a_journal_alone_says_itself_what_it_belongs_to) {
  make_journal(folder / "x_000002.journal", "x_000002.h5");
  const auto found = find_torn_segments(system_files(), folder.path());
  CHECK_EQUAL(1, found.torn.size());
  CHECK_EQUAL((folder / "x_000002.h5.part").string(), found.torn[0].part.string());
}

TEST(TornSegments, a_journal_cannot_name_a_file_elsewhere) {
  for (const char* name : {"../x.h5", "/etc/x.h5", "..", ""}) {
    make_journal(folder / "x.journal", name);
    const auto found = find_torn_segments(system_files(), folder.path());
    CHECK_EQUAL(0, found.torn.size());
    CHECK_EQUAL(1, found.unreadable.size());
    std::filesystem::remove(folder / "x.journal");
  }
}

TEST(TornSegments, a_part_without_journal_and_a_journal_of_zeros_are_told_apart) {
  std::ofstream(folder / "x_000002.h5.part") << "torn";
  std::ofstream(folder / "y_000001.journal") << std::string(4 << 20, '\0');
  const auto found = find_torn_segments(system_files(), folder.path());
  CHECK_EQUAL(0, found.torn.size());
  CHECK_EQUAL(1, found.orphans.size());
  CHECK_EQUAL(1, found.unreadable.size());
}

TEST(TornSegments, a_journal_that_died_in_its_making_is_deleted) {
  std::ofstream(folder / "x_000001.journal") << "TARS";
  make_journal(folder / "y_000001.journal", "y_000001.h5");
  CHECK_EQUAL(1, find_torn_segments(system_files(), folder.path()).unbegun.size());
  remove_unbegun(system_files(), folder.path());
  CHECK_FALSE(std::filesystem::exists(folder / "x_000001.journal"));
  CHECK_TRUE(std::filesystem::exists(folder / "y_000001.journal"));
}

TEST(TornSegments, a_file_of_somebody_else_is_never_deleted) {
  std::ofstream(folder / "notes.journal") << "day 3: fed the larvae";
  const auto found = find_torn_segments(system_files(), folder.path());
  CHECK_EQUAL(1, found.unreadable.size());
  remove_unbegun(system_files(), folder.path());
  CHECK_TRUE(std::filesystem::exists(folder / "notes.journal"));
}

TEST(TornSegments, a_missing_folder_holds_nothing) {
  CHECK_EQUAL(0, find_torn_segments(system_files(), folder / "none").torn.size());
}
