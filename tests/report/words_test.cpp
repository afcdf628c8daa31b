#include "report/words.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

namespace {

LedgerWords ledger(const char* json) { return read_ledger(Json::parse(json)); }

}  // namespace

TEST_GROUP(Words){};

TEST(Words, a_whole_ledger_says_that_nothing_is_missing) {
  const auto whole = ledger(R"({"delivered": 1504, "stored": 1504})");
  STRCMP_EQUAL("Nothing is missing: 1,504 frames came, and each is accounted for.", verdict({whole}, 0).c_str());
}

TEST(Words, a_run_that_has_not_ended_is_whole_so_far) {
  STRCMP_EQUAL("Nothing is missing so far: 1 frame came, and it is accounted for.",
               verdict({ledger(R"({"delivered": 1})")}, 0, false).c_str());
}

TEST(Words, each_cause_is_named_with_its_count) {
  const auto lossy = ledger(R"({"delivered": 70, "dropped": {"ring_full": 7}, "missed": {"driver": 30}})");
  CHECK_EQUAL(37, lossy.missing);
  STRCMP_EQUAL(
      "37 frames are missing: 30 were lost before they reached Tarsier, as the camera's own numbering proves; 7 were "
      "dropped because every slot was full: processing or disk was slower than the camera.",
      verdict({lossy}, 0).c_str());
}

TEST(Words, every_cause_of_the_ledger_counts) {
  const auto all = ledger(R"({"dropped": {"ring_full": 1, "disk_full": 2, "corrupted": 4, "failed": 8, "shutdown": 16},
                              "missed": {"driver": 32, "restart": 64}})");
  CHECK_EQUAL(127, all.missing);
  CHECK_EQUAL(7, all.missing_causes.size());
}

TEST(Words, an_estimate_says_that_it_is_one) {
  STRCMP_CONTAINS("About 5 frames are missing", verdict({ledger(R"({"missed": {"restart": 5}})")}, 0).c_str());
}

TEST(Words, one_is_not_a_plural) {
  STRCMP_EQUAL("1 frame is missing: 1 was damaged in the camera's stream or in the recording.",
               verdict({ledger(R"({"dropped": {"corrupted": 1}})")}, 0).c_str());
}

TEST(Words, samples_without_a_frame_are_missing_too) {
  STRCMP_EQUAL("No frame was lost. 3 of 17,280 samples had no frame.",
               verdict({ledger(R"({"samples": {"expected": 17280, "missed": 3}})")}, 0).c_str());
}

TEST(Words, a_segment_that_is_left_out_spoils_the_verdict) {
  STRCMP_EQUAL("No frame was lost. 1 segment is not on this page.", verdict({ledger("{}")}, 1).c_str());
}

TEST(Words, cameras_are_counted_together) {
  const auto one = ledger(R"({"delivered": 10, "dropped": {"failed": 1}})");
  STRCMP_EQUAL("2 frames are missing.", verdict({one, one}, 0).c_str());
}

TEST(Words, a_ledger_of_another_shape_counts_nothing) {
  for (const char* json :
       {"null", "[]", "3", R"({"dropped": 4})", R"({"dropped": {"failed": -1}})", R"({"missed": {"driver": "many"}})"})
    CHECK_EQUAL(0, ledger(json).missing);
}

TEST(Words, causes_and_events_beyond_the_known_ones_are_unknown) {
  STRCMP_EQUAL("unknown", std::string(cause_words(9)).c_str());
  STRCMP_EQUAL("unknown", std::string(event_words(255)).c_str());
  STRCMP_EQUAL("the disk was full", std::string(cause_words(4)).c_str());
}

TEST(Words, durations_have_two_units_at_most) {
  STRCMP_EQUAL("33 ms", duration_words(0.0333).c_str());
  STRCMP_EQUAL("12.5 s", duration_words(12.5).c_str());
  STRCMP_EQUAL("3 min 20 s", duration_words(200).c_str());
  STRCMP_EQUAL("5 h", duration_words(18000).c_str());
  STRCMP_EQUAL("13 d 4 h", duration_words(13 * 86400 + 4 * 3600 + 59).c_str());
}

TEST(Words, times_are_utc) { STRCMP_EQUAL("2026-01-01 11:00:00 UTC", utc_words(1'767'265'200'000'000'000).c_str()); }
