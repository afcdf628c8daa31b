#include "frame/row_history.hpp"

#include <CppUTest/TestHarness.h>

#include <atomic>
#include <thread>

using namespace tarsier;

TEST_GROUP(RowHistory) {
  Arena arena = std::move(*Arena::create(mebibytes(1)));
  RowHistory history{arena, 16, 3};

  void add(std::uint64_t id, std::uint32_t layout = 1, std::size_t regions = 2) {
    Row row;
    row.frame_id = row.sum = row.abs_diff_sum = id;
    const std::vector<RegionRow> of_regions(regions, RegionRow{.abs_diff_sum = id, .sum = id});
    history.add(row, of_regions, layout);
  }
  void add_all(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t id = first; id <= last; ++id) add(id);
  }
};

TEST(RowHistory, before_the_first_row_there_is_none) {
  const RecentRows recent = history.read(std::nullopt, 10);
  CHECK(recent.rows.empty());
  CHECK_FALSE(recent.missed);
}

TEST(RowHistory, without_an_id_the_newest_rows_are_read) {
  add_all(1, 20);
  const RecentRows recent = history.read(std::nullopt, 3);
  CHECK_EQUAL(3, recent.rows.size());
  CHECK_EQUAL(18, recent.rows.front().frame_id);
  CHECK_EQUAL(6, recent.region_rows.size());
  CHECK_EQUAL(20, recent.region_rows.back().sum);
  CHECK_EQUAL(5, recent.oldest_id);
  CHECK_FALSE(recent.more);
}

TEST(RowHistory, with_an_id_the_oldest_rows_after_it_are_read) {
  add_all(1, 10);
  const RecentRows recent = history.read(4, 3);
  CHECK_EQUAL(5, recent.rows.front().frame_id);
  CHECK_EQUAL(7, recent.rows.back().frame_id);
  CHECK(recent.more);
  CHECK_FALSE(recent.missed);
}

TEST(RowHistory, rows_that_have_gone_are_told) {
  add_all(1, 20);
  CHECK_FALSE(history.read(4, 100).missed);
  const RecentRows recent = history.read(3, 100);
  CHECK(recent.missed);
  CHECK_EQUAL(5, recent.rows.front().frame_id);
}

TEST(RowHistory, rows_of_other_regions_are_another_answer) {
  add(1, 1, 2);
  add(2, 1, 2);
  add(3, 3, 3);
  const RecentRows before = history.read(0, 100);
  CHECK_EQUAL(2, before.rows.size());
  CHECK_EQUAL(1, before.layout);
  CHECK(before.more);
  const RecentRows after = history.read(2, 100);
  CHECK_EQUAL(1, after.rows.size());
  CHECK_EQUAL(3, after.layout);
  CHECK_EQUAL(3, after.regions);
  CHECK_EQUAL(3, history.read(std::nullopt, 100).rows.front().frame_id);
}

TEST(RowHistory, a_reader_never_sees_half_a_row) {
  constexpr std::uint64_t last = 20'000;
  std::atomic<bool> over{false};
  std::thread writer([&] {
    add_all(1, last);
    over = true;
  });
  std::uint64_t seen = 0;
  do {
    const RecentRows recent = history.read(std::nullopt, 16);
    for (std::size_t i = 0; i < recent.rows.size(); ++i) {
      const Row& row = recent.rows[i];
      CHECK_EQUAL(row.frame_id, row.sum);
      CHECK_EQUAL(row.frame_id, row.abs_diff_sum);
      CHECK_EQUAL(row.frame_id, recent.region_rows[2 * i].abs_diff_sum);
      CHECK_EQUAL(row.frame_id, recent.region_rows[2 * i + 1].sum);
      seen = row.frame_id;
    }
  } while (!over || seen != last);
  writer.join();
}
