#include "cli/summary.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(Summary) {
  Json facts = {{"state", "idle"},
                {"run", "night_pi_20261121_043320"},
                {"run_folder", "store/night_pi_20261121_043320"},
                {"cameras",
                 {{{"name", "plate"},
                   {"state", "ended"},
                   {"ledger", {{"delivered", 300}, {"stored", 300}}},
                   {"restarts", 0},
                   {"mean_activity", {{{"region", "A1"}, {"value", 0.5}}, {{"region", "A2"}, {"value", nullptr}}}}}}},
                {"memory", {{"budget_bytes", 134217728}, {"highest_resident_bytes", 67108864}}},
                {"files", {"store/a\"b.h5"}}};
  Progress progress;

  void setup() override {
    progress.delivered = 300;
    progress.elapsed_s = 3;
  }
  std::string text() { return summary_text(facts, progress, BarStyle{false, 10, 24}); }
};

TEST(Summary, it_says_what_became_of_the_frames_and_at_what_rate) {
  STRCMP_CONTAINS("run night_pi_20261121_043320\n", text().c_str());
  STRCMP_CONTAINS("plate: 300 frames: 300 stored\n", text().c_str());
  STRCMP_CONTAINS("took 3.0 s, 100/s frames on average\n", text().c_str());
}

TEST(Summary, peak_memory_stands_against_the_budget) {
  STRCMP_CONTAINS("memory: at most 64.0 MiB of a budget of 128.0 MiB\n", text().c_str());
}

TEST(Summary, each_region_has_a_bar) {
  STRCMP_CONTAINS("A1  ##########  0.5000\nA2              no pairs\n", text().c_str());
}

TEST(Summary, the_line_of_python_quotes_the_path) {
  STRCMP_CONTAINS("h5py.File(\"store/a\\\"b.h5\", \"r\")", text().c_str());
}

TEST(Summary, of_many_files_the_last_are_listed) {
  facts["files"] = Json::array();
  for (int i = 0; i < 9; ++i) facts["files"].push_back("f" + std::to_string(i));
  STRCMP_CONTAINS("9 files:\n  4 earlier, and\n  f4\n", text().c_str());
}

TEST(Summary, a_run_without_files_has_no_line_of_python) {
  facts["files"] = Json::array();
  CHECK(text().find("h5py") == std::string::npos);
}

TEST(Summary, a_fault_and_a_failed_camera_both_went_wrong) {
  facts["cameras"][0]["state"] = "failed";
  facts["cameras"][0]["last_error"] = "no more frames";
  const RunSummary summary{facts, {}, {}, "the disk is gone"};
  const auto reasons = what_went_wrong(summary);
  CHECK_EQUAL(2U, reasons.size());
  CHECK_EQUAL(std::string("the disk is gone"), reasons[0]);
  CHECK_EQUAL(std::string("plate: no more frames"), reasons[1]);
}

TEST(Summary, a_recording_of_which_more_than_half_could_not_be_read_went_wrong) {
  Json& camera = facts["cameras"][0];
  camera["live"] = false;
  camera["ledger"] = {{"delivered", 300}, {"skipped", {{"sampled_out", 200}}}, {"dropped", {{"corrupted", 50}}}};
  CHECK(what_went_wrong(RunSummary{facts, {}, {}, std::nullopt}).empty());
  camera["ledger"]["dropped"]["corrupted"] = 51;
  STRCMP_CONTAINS("plate: most frames could not be read",
                  what_went_wrong(RunSummary{facts, {}, {}, std::nullopt}).at(0).c_str());
  camera["live"] = true;
  CHECK(what_went_wrong(RunSummary{facts, {}, {}, std::nullopt}).empty());
}

TEST(Summary, a_good_run_has_nothing_that_went_wrong) {
  CHECK(what_went_wrong(RunSummary{facts, {}, {}, std::nullopt}).empty());
}
