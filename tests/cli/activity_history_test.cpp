#include "cli/activity_history.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

namespace {

Json row(std::uint64_t id, std::uint64_t ms, std::uint64_t left, std::uint64_t right, std::int64_t pair_ns = 1) {
  return {{"frame_id", id},
          {"monotonic_ns", ms * 1'000'000},
          {"pair_ns", pair_ns},
          {"regions", {{{"abs_diff_sum", left}}, {{"abs_diff_sum", right}}}}};
}

Json page(std::vector<Json> rows, std::vector<std::string> regions = {"left", "right"}) {
  return {{"regions", std::move(regions)}, {"rows", std::move(rows)}};
}

}  // namespace

TEST_GROUP(ActivityHistory){};

TEST(ActivityHistory, rows_of_one_second_are_averaged_also_across_pages) {
  ActivityHistory history;
  history.add(page({row(1, 1000, 10, 0), row(2, 1400, 20, 0)}));
  history.add(page({row(3, 1900, 60, 6), row(4, 2000, 5, 5)}));
  CHECK_EQUAL(std::uint64_t{4}, *history.last_id());
  const auto& left = history.regions().at(0);
  STRCMP_EQUAL("left", left.name.c_str());
  CHECK_EQUAL(std::size_t{2}, left.values.size());
  DOUBLES_EQUAL(30, *left.values[0], 1e-9);
  DOUBLES_EQUAL(5, *left.values[1], 1e-9);
  DOUBLES_EQUAL(2, *history.regions().at(1).values[0], 1e-9);
}

TEST(ActivityHistory, a_row_without_a_pair_is_no_rest) {
  ActivityHistory history;
  history.add(page({row(1, 1000, 0, 0, -1)}));
  CHECK(!history.regions().at(0).values.at(0));
}

TEST(ActivityHistory, other_regions_begin_anew) {
  ActivityHistory history;
  history.add(page({row(1, 1000, 10, 0)}));
  history.add(page({}, {"whole"}));
  CHECK_EQUAL(std::size_t{1}, history.regions().size());
  CHECK(history.regions().front().values.empty());
  CHECK(!history.last_id());
}

TEST(ActivityHistory, a_camera_without_regions_has_its_frame) {
  ActivityHistory history;
  history.add(Json::parse(R"({"regions": [], "rows": [{"frame_id": 1, "monotonic_ns": 0, "pair_ns": 5,
    "abs_diff_sum": 7, "regions": []}]})"));
  STRCMP_EQUAL("whole frame", history.regions().at(0).name.c_str());
  DOUBLES_EQUAL(7, *history.regions().at(0).values.at(0), 1e-9);
}

TEST(ActivityHistory, it_forgets_what_is_old) {
  ActivityHistory history;
  for (std::uint64_t i = 0; i < ActivityHistory::longest + 10; ++i) history.add(page({row(i, i * 1000, i, 0)}));
  CHECK_EQUAL(ActivityHistory::longest, history.regions().front().values.size());
  DOUBLES_EQUAL(ActivityHistory::longest + 9, *history.regions().front().values.back(), 1e-9);
}

TEST(ActivityHistory, a_page_of_another_shape_is_no_crash) {
  ActivityHistory history;
  for (const auto* text : {"[]", "null", R"({"regions": [3], "rows": [null, {"regions": 4}, 5]})"})
    history.add(Json::parse(text));
}
