#include "report/export.hpp"

#include <CppUTest/TestHarness.h>
#include <stdlib.h>
#include <time.h>

#include <fstream>

#include "report/long_run.hpp"
#include "support/faulty_files.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(Export) {
  TemporaryFolder folder;
  ExportRequest request;

  void setup() override {
    setenv("TZ", "UTC", 1);
    tzset();
    write_long_run(folder / "run", "1.3", "2");
    request.input = folder / "run";
    request.output = folder / "out";
  }
  Json must_export() {
    const auto facts = export_recording(system_files(), request);
    if (!facts) FAIL(facts.error().message.c_str());
    return *facts;
  }
  void must_refuse(const std::string& reason, bool wrong_use) {
    const auto facts = export_recording(system_files(), request);
    CHECK(!facts);
    STRCMP_CONTAINS(reason.c_str(), facts.error().message.c_str());
    CHECK_EQUAL(wrong_use, facts.error().wrong_use);
  }
  void check(const std::string& bin_min, const std::string& lights_on) {
    const auto outcome =
        run_python({TARSIER_SOURCE_DIR "/tests/integration/export_rules.py", folder / "out", "plate", bin_min,
                    lights_on, folder / "run/plate/sleep_plate_000001.h5", folder / "run/plate/sleep_plate_000002.h5"});
    CHECK_EQUAL_TEXT(0, outcome.exit_code, outcome.output.c_str());
  }
};

TEST(Export, rows_and_regions_become_tables_arrays_and_results) {
  request.csv = request.npy = request.napari_results = true;
  const Json facts = must_export();
  CHECK_EQUAL(6, facts["files"].size());
  CHECK_EQUAL(2, facts["cameras"][0]["regions"].size());
  check("1", "-");
}

TEST(Export, tidy_has_a_line_for_each_region_and_bin_with_labels) {
  request.tidy = true;
  must_export();
  check("1", "-");
}

TEST(Export, wide_bins_know_the_time_since_lights_on) {
  request.tidy = true;
  request.bin_min = 30;
  request.lights_on = "07:30";
  must_export();
  check("30", "07:30");
}

TEST(Export, nothing_is_overwritten) {
  request.csv = true;
  must_export();
  must_refuse("plate_rows.csv: exists already and is never overwritten", true);
}

TEST(Export, what_cannot_be_asked_for_is_refused) {
  must_refuse("give one or more of --csv, --tidy, --npy, --napari-results", true);
  request.tidy = true;
  request.bin_min = 0;
  must_refuse("--bin: 0 min is not possible", true);
  request.bin_min = 1;
  request.lights_on = "7:30";
  must_refuse("--lights-on: 7:30 is no time of day", true);
  request.lights_on = "";
  request.input = folder / "nothing";
  must_refuse("is not there", true);
}

TEST(Export, a_damaged_segment_is_named) {
  request.csv = true;
  std::ofstream(folder / "run/plate/sleep_plate_000002.h5") << "cut";
  must_refuse("sleep_plate_000002.h5", false);
}

TEST(Export, a_disk_that_fails_at_any_step_leaves_no_half_file) {
  request.csv = request.npy = request.napari_results = true;
  for (std::uint64_t step = 1;; step += 11) {
    std::filesystem::remove_all(folder / "out");
    FaultyFiles faulty;
    faulty.fail_at = step;
    faulty.error = ENOSPC;
    const auto facts = export_recording(faulty, request);
    if (facts) {
      CHECK(step > 40);
      return;
    }
    if (!std::filesystem::exists(folder / "out")) continue;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "out")) {
      CHECK(entry.path().extension() != ".part");
    }
  }
}

TEST(Export, a_time_of_day_has_four_digits) {
  CHECK_EQUAL(7 * 60 + 30, minutes_of_day("07:30").value());
  CHECK_EQUAL(23 * 60 + 59, minutes_of_day("23:59").value());
  for (const char* wrong : {"", "7:30", "24:00", "12:60", "ab:cd", "07-30", "07:300"}) CHECK(!minutes_of_day(wrong));
}
