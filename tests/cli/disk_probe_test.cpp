#include "cli/disk_probe.hpp"

#include <CppUTest/TestHarness.h>

#include "support/faulty_files.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(DiskProbe) {
  TemporaryFolder folder;
  FaultyFiles files;
  const Patience short_one{Seconds(0.01), [] { return false; }};

  bool nothing_is_left() { return std::filesystem::is_empty(folder.path()); }
};

TEST(DiskProbe, its_file_has_no_name_while_it_is_measured) {
  const auto probe = DiskProbe::create(files, folder.path());
  CHECK(probe.has_value());
  CHECK(nothing_is_left());
}

TEST(DiskProbe, every_figure_is_positive) {
  auto probe = DiskProbe::create(files, folder.path());
  CHECK(probe.has_value());
  const auto speed = probe->measure(short_one);
  CHECK(speed.has_value());
  CHECK(speed->bytes_per_s > 0 && speed->sync_median_s > 0 && speed->free > 0 && speed->written > 0);
  CHECK(speed->syncs >= 3 && speed->sync_median_s <= speed->sync_worst_s);
  CHECK(speed->sync_worst_s <= speed->stall_worst_s);
}

TEST(DiskProbe, a_nearly_full_disk_is_refused_with_what_is_free_and_wanted) {
  files.free = static_cast<std::int64_t>(mebibytes(511).count);
  const auto probe = DiskProbe::create(files, folder.path());
  CHECK(!probe.has_value());
  STRCMP_CONTAINS("511.0 MiB are free and 512.0 MiB are wanted", probe.error().message.c_str());
  CHECK(nothing_is_left());
}

TEST(DiskProbe, every_failure_of_the_disk_is_told_and_leaves_nothing) {
  for (const char* operation : {"open", "free_bytes", "pwrite", "fdatasync"}) {
    FaultyFiles faulty;
    faulty.only = operation;
    faulty.fail_at = 1;
    faulty.error = ENOSPC;
    auto probe = DiskProbe::create(faulty, folder.path());
    const auto speed = probe ? probe->measure(short_one) : unexpected(probe.error());
    CHECK(!speed.has_value());
    STRCMP_CONTAINS("No space left", speed.error().message.c_str());
    STRCMP_CONTAINS(folder.path().c_str(), speed.error().message.c_str());
    CHECK(nothing_is_left());
  }
}

TEST(DiskProbe, a_request_to_stop_ends_it_soon_with_an_error) {
  auto probe = DiskProbe::create(files, folder.path());
  CHECK(probe.has_value());
  const auto speed = probe->measure({Seconds(3600), [] { return true; }});
  CHECK(!speed.has_value());
  STRCMP_CONTAINS("stopped", speed.error().message.c_str());
}
