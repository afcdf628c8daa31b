#include "frame/plan.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(Plan){static Plan over_budget(){Plan plan;
plan.budget = mebibytes(64);
plan.consumers = {{"base", mebibytes(12), "code and libraries"},
                  {"plate-a: frame slots", mebibytes(60), "48 slots of 1224x1024 gray8"}};
plan.elsewhere = {{"plate-a: driver", mebibytes(5), "4 buffers"}};
plan.remedies = {{"cameras/0/slots from 48 to 40 saves 10.0 MiB", mebibytes(10)}};
plan.cameras = {{"plate-a", false, 1.6, 3.0, 36.5, 8, 1, 128}};
return plan;
}
static bool before(const std::string& text, const char* first, const char* second) {
  const auto a = text.find(first);
  const auto b = text.find(second);
  return a != std::string::npos && b != std::string::npos && a < b;
}
}
;

TEST(Plan, total_counts_resident_memory_alone) { CHECK_TRUE(over_budget().total() == mebibytes(72)); }

TEST(Plan, fits_up_to_the_last_byte_of_the_budget) {
  Plan plan = over_budget();
  CHECK_FALSE(plan.fits());
  plan.budget = mebibytes(72);
  CHECK_TRUE(plan.fits());
}

TEST(Plan, the_table_lists_the_biggest_consumer_first) {
  CHECK_TRUE(before(over_budget().table(), "plate-a: frame slots", "code and libraries"));
}

TEST(Plan, the_table_says_by_how_much_it_is_over_and_what_helps) {
  const std::string table = over_budget().table();
  CHECK_TRUE(before(table, "72.0 MiB", "of a budget of 64.0 MiB: 8.0 MiB over"));
  CHECK_TRUE(before(table, "To make it fit", "slots from 48 to 40"));
}

TEST(Plan, the_table_of_a_plan_that_fits_says_what_is_left) {
  Plan plan = over_budget();
  plan.budget = mebibytes(80);
  plan.remedies.clear();
  const std::string table = plan.table();
  CHECK_TRUE(table.find("8.0 MiB left") != std::string::npos);
  CHECK_TRUE(table.find("To make it fit") == std::string::npos);
}

TEST(Plan, the_document_says_the_same_in_numbers) {
  const Json document = over_budget().json();
  CHECK_TRUE(document["planned_bytes"] == mebibytes(72).count);
  CHECK_TRUE(document["fits"] == false);
  CHECK_TRUE(document["consumers"][0]["name"] == "plate-a: frame slots");
  CHECK_TRUE(document["remedies"][0]["saves_bytes"] == mebibytes(10).count);
  CHECK_TRUE(document["cameras"][0]["when_full"] == "refuse");
}
