#include "store/deletable.hpp"

#include "CppUTest/TestHarness.h"

using namespace tarsier;

TEST_GROUP(Deletable) {
  std::vector<SegmentSummary> left, right;

  static SegmentSummary sealed(const std::string& name) {
    SegmentSummary segment;
    segment.file = name;
    segment.sha256 = "abc";
    segment.sealed = true;
    return segment;
  }
  std::string oldest(Retention policy, bool recording) const {
    const std::span<const SegmentSummary> cameras[] = {left, right};
    const auto found = find_deletable(cameras, policy, recording);
    return found ? found->file.string() : "";
  }
  void setup() override {
    left = {sealed("l/x_l_20260102_000000_000001.h5"), sealed("l/x_l_20260104_000000_000002.h5")};
    right = {sealed("r/x_r_20260101_000000_000001.h5"), sealed("r/x_r_20260103_000000_000002.h5")};
  }
};

TEST(Deletable, the_time_stands_before_the_number) {
  STRCMP_EQUAL("20260101_000000", time_in_name("cam/sleep_a_b_20260101_000000_000007.h5").c_str());
  STRCMP_EQUAL("", time_in_name("cam/sleep.h5").c_str());
  STRCMP_EQUAL("", time_in_name("cam/sleep_2026x101_000000_000007.h5").c_str());
  STRCMP_EQUAL("", time_in_name("cam/sleep_20260101_000000_000007.h5.part").c_str());
}

TEST(Deletable, the_oldest_of_all_cameras_goes_first) {
  STRCMP_EQUAL("r/x_r_20260101_000000_000001.h5", oldest(Retention::delete_oldest, false).c_str());
  right[0].deleted = "2026";
  STRCMP_EQUAL("l/x_l_20260102_000000_000001.h5", oldest(Retention::delete_oldest, false).c_str());
}

TEST(Deletable, the_last_one_of_each_camera_stays_while_it_records) {
  left.resize(1);
  right.resize(1);
  STRCMP_EQUAL("", oldest(Retention::delete_oldest, true).c_str());
  right.push_back({});  // being written
  STRCMP_EQUAL("", oldest(Retention::delete_oldest, true).c_str());
}

TEST(Deletable, what_is_not_sealed_hashed_or_pulled_stays) {
  STRCMP_EQUAL("", oldest(Retention::keep_all, false).c_str());
  STRCMP_EQUAL("", oldest(Retention::delete_pulled_oldest, false).c_str());
  left[1].pulled = "2026";
  STRCMP_EQUAL("l/x_l_20260104_000000_000002.h5", oldest(Retention::delete_pulled_oldest, false).c_str());
  left[1].sha256.clear();
  STRCMP_EQUAL("", oldest(Retention::delete_pulled_oldest, false).c_str());
  right[0].sealed = false;
  STRCMP_EQUAL("l/x_l_20260102_000000_000001.h5", oldest(Retention::delete_oldest, false).c_str());
}

TEST(Deletable, of_a_run_that_is_over_the_oldest_goes_also_when_nobody_hashed_it) {
  right[0].sha256.clear();
  STRCMP_EQUAL("r/x_r_20260101_000000_000001.h5", oldest(Retention::delete_oldest, false).c_str());
  STRCMP_EQUAL("l/x_l_20260102_000000_000001.h5", oldest(Retention::delete_oldest, true).c_str());
}

TEST(Deletable, whoever_pulled_something_else_is_told_so) {
  CHECK(check_pulled(left[0], "abc").has_value());
  STRCMP_CONTAINS("pull it again", check_pulled(left[0], "abd").error().message.c_str());
  left[0].sha256.clear();
  STRCMP_CONTAINS("ask again later", check_pulled(left[0], "abc").error().message.c_str());
  left[0].sealed = false;
  CHECK_TRUE(check_pulled(left[0], "abc").error().wrong_use);
}
