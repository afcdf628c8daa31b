#include "cli/ledger_text.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(LedgerText) {
  Json camera = {{"ledger",
                  {{"delivered", 1200},
                   {"stored", 1200},
                   {"reduced_only", 0},
                   {"skipped", {{"sampled_out", 0}, {"averaged", 0}}},
                   {"dropped", {{"ring_full", 0}, {"disk_full", 0}, {"corrupted", 0}, {"failed", 0}, {"shutdown", 0}}},
                   {"missed", {{"driver", 0}, {"restart", 0}}},
                   {"repeated", 0}}},
                 {"samples", {{"expected", 0}, {"taken", 0}, {"missed", 0}}}};
};

TEST(LedgerText, a_clean_camera_takes_two_sentences) {
  const auto lines = ledger_text(camera);
  CHECK_EQUAL(2U, lines.size());
  CHECK_EQUAL(std::string("1,200 frames: 1,200 stored"), lines[0]);
  CHECK_EQUAL(std::string("nothing was dropped or missed"), lines[1]);
}

TEST(LedgerText, every_outcome_is_named) {
  camera["ledger"]["stored"] = 200;
  camera["ledger"]["skipped"]["sampled_out"] = 900;
  camera["ledger"]["dropped"]["ring_full"] = 100;
  CHECK_EQUAL(std::string("1,200 frames: 200 stored, 900 between samples, 100 dropped"), ledger_text(camera)[0]);
}

TEST(LedgerText, a_loss_is_told_with_its_cause_and_remedy) {
  camera["ledger"]["dropped"]["ring_full"] = 100;
  camera["ledger"]["missed"]["driver"] = 3;
  const auto lines = ledger_text(camera);
  CHECK_EQUAL(3U, lines.size());
  STRCMP_CONTAINS("100 dropped: every slot was full", lines[1].c_str());
  STRCMP_CONTAINS("more slots", lines[1].c_str());
  STRCMP_CONTAINS("3 missed: lost before they reached us", lines[2].c_str());
}

TEST(LedgerText, a_cable_is_to_blame_for_damage_on_its_way_and_never_for_a_recording) {
  camera["ledger"]["dropped"]["corrupted"] = 2;
  camera["live"] = true;
  STRCMP_CONTAINS("2 dropped: damaged on the way from the camera (cable,", ledger_text(camera)[1].c_str());
  camera["live"] = false;
  STRCMP_CONTAINS("2 dropped: could not be read from the recording", ledger_text(camera)[1].c_str());
  CHECK(ledger_text(camera)[1].find("cable") == std::string::npos);
}

TEST(LedgerText, an_estimate_says_that_it_is_one) {
  camera["ledger"]["missed"]["restart"] = 40;
  STRCMP_CONTAINS("(an estimate)", ledger_text(camera)[1].c_str());
}

TEST(LedgerText, missed_samples_tell_how_they_are_represented) {
  camera["samples"] = {{"expected", 10}, {"taken", 8}, {"missed", 2}};
  camera["ledger"]["repeated"] = 2;
  CHECK_EQUAL(std::string("2 of 10 samples had no frame; 2 hold the last good one instead, flagged as repeated"),
              ledger_text(camera).back());
}

TEST(LedgerText, a_document_without_a_ledger_is_no_crash) {
  CHECK_EQUAL(std::string("0 frames"), ledger_text(Json::object())[0]);
}
