#include "kernels/reduce.hpp"

#include <CppUTest/TestHarness.h>

#include <limits>
#include <random>

using namespace tarsier;

namespace {

template <typename Pixel>
std::vector<Pixel> random_image(ImageSize size, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Pixel> image(size.pixels());
  for (Pixel& pixel : image) pixel = static_cast<Pixel>(random());
  return image;
}

// The definition, one pixel at a time, for the pixels of `spans`.
template <typename Pixel>
Totals totals_twin(const std::vector<Pixel>& current, const std::vector<Pixel>& previous, ImageSize size,
                   std::uint32_t threshold, std::span<const Span> spans) {
  Totals totals;
  for (const Span& span : spans) {
    for (std::uint32_t x = span.first_x_px; x < span.end_x_px; ++x) {
      const std::size_t at = std::size_t{span.y_px} * size.width_px + x;
      const std::uint64_t value = current[at];
      totals.sum += value;
      totals.sum_sq += value * value;
      totals.min = std::min<std::uint16_t>(totals.min, current[at]);
      totals.max = std::max<std::uint16_t>(totals.max, current[at]);
      if (previous.empty()) continue;
      const auto difference = static_cast<std::uint32_t>(std::abs(int{current[at]} - int{previous[at]}));
      totals.abs_diff_sum += difference;
      totals.changed += difference > threshold ? 1U : 0U;
    }
  }
  return totals;
}

std::vector<RegionMask> some_regions(ImageSize size) {
  const std::int64_t width = size.width_px;
  std::vector<RegionMask> regions(4);
  regions[0].spans = circle_spans(size, width / 3, 4, 5);
  regions[1].spans = rectangle_spans(size, 1, 2, width - 1, 3);
  regions[2].spans = circle_spans(size, width / 2, 5, width);  // everything, over the others
  return regions;                                              // the last one has no pixels
}

template <typename Pixel>
void check_frame(ImageSize size, std::uint32_t threshold, bool first_frame, std::uint32_t seed) {
  const auto current = random_image<Pixel>(size, seed);
  const auto previous = first_frame ? std::vector<Pixel>{} : random_image<Pixel>(size, seed + 1);
  const auto regions = some_regions(size);
  Totals whole;
  std::vector<Totals> found(regions.size());
  reduce(std::span<const Pixel>(current), std::span<const Pixel>(previous), size, threshold, region_table(regions),
         whole, found);
  const auto everything = rectangle_spans(size, 0, 0, size.width_px, size.height_px);
  CHECK(totals_twin(current, previous, size, threshold, everything) == whole);
  for (std::size_t i = 0; i < regions.size(); ++i) {
    CHECK(totals_twin(current, previous, size, threshold, regions[i].spans) == found[i]);
  }
}

// One line of the largest pixels against zeros: the largest sums there are.
template <typename Pixel>
void check_extreme(std::uint32_t width) {
  const std::uint64_t largest = std::numeric_limits<Pixel>::max();
  const std::vector<Pixel> white(width, static_cast<Pixel>(largest));
  const std::vector<Pixel> black(width, Pixel{0});
  Totals whole;
  reduce(std::span<const Pixel>(white), std::span<const Pixel>(black), {width, 1}, 0, {}, whole, {});
  const Totals expected{.abs_diff_sum = width * largest,
                        .changed = width,
                        .sum = width * largest,
                        .sum_sq = width * largest * largest,
                        .min = static_cast<std::uint16_t>(largest),
                        .max = static_cast<std::uint16_t>(largest)};
  CHECK(expected == whole);
}

}  // namespace

TEST_GROUP(Reduce){};

TEST(Reduce, equals_its_definition_at_every_width) {
  for (std::uint32_t width = 1; width <= 70; ++width) {
    check_frame<std::uint8_t>({width, 11}, 15, false, width);
    check_frame<std::uint16_t>({width, 11}, 4000, false, width);
  }
}

TEST(Reduce, first_frame_has_statistics_and_no_activity) {
  for (const std::uint32_t width : {1U, 31U, 64U, 65U}) {
    check_frame<std::uint8_t>({width, 9}, 15, true, width);
    check_frame<std::uint16_t>({width, 9}, 15, true, width);
  }
}

TEST(Reduce, every_threshold_counts_what_is_larger) {
  for (std::uint32_t threshold = 0; threshold <= 260; ++threshold) {
    check_frame<std::uint8_t>({67, 7}, threshold, false, threshold);
  }
  for (const std::uint32_t threshold : {0U, 1U, 255U, 256U, 65534U, 65535U, 65536U, 0xFFFFFFFFU}) {
    check_frame<std::uint16_t>({67, 7}, threshold, false, threshold);
  }
}

TEST(Reduce, sums_of_lines_longer_than_a_block_do_not_overflow) {
  for (const std::uint32_t width : {65535U, 65536U, 65537U, 200001U}) {
    check_extreme<std::uint8_t>(width);
    check_extreme<std::uint16_t>(width);
  }
}

TEST(Reduce, results_are_added_to_what_is_there) {
  const ImageSize size{5, 3};
  const auto image = random_image<std::uint8_t>(size, 1);
  Totals whole;
  for (int i = 0; i < 2; ++i) reduce(std::span<const std::uint8_t>(image), {}, size, 0, {}, whole, {});
  const auto everything = rectangle_spans(size, 0, 0, 5, 3);
  CHECK_EQUAL(2 * totals_twin(image, {}, size, 0, everything).sum, whole.sum);
}

TEST(Reduce, table_orders_the_spans_of_all_regions_by_line) {
  const ImageSize size{40, 30};
  const auto regions = some_regions(size);
  const RegionTable table = region_table(regions);
  CHECK_EQUAL(table.spans.size(), table.owners.size());
  for (std::size_t i = 1; i < table.spans.size(); ++i) CHECK(table.spans[i - 1].y_px <= table.spans[i].y_px);
  CHECK_EQUAL(size.pixels(), table.pixels[2]);
  CHECK_EQUAL(0U, table.pixels[3]);
}
