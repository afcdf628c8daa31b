#include "kernels/reduce.hpp"

#include <CppUTest/TestHarness.h>

#include <vector>

#include "kernels/pixels.hpp"

using namespace tarsier;

namespace {

// The definition, one pixel at a time, for the pixels of `spans`.
template <typename Pixel>
Totals totals_twin(std::span<const Pixel> current, std::span<const Pixel> previous, ImageSize size,
                   std::uint32_t threshold, bool statistics, std::span<const Span> spans) {
  Totals totals;
  for (const Span& span : spans) {
    for (std::uint32_t x = span.first_x_px; x < span.end_x_px; ++x) {
      const std::size_t at = std::size_t{span.y_px} * size.width_px + x;
      const std::uint64_t value = current[at];
      if (statistics) {
        totals.sum += value;
        totals.sum_sq += value * value;
        totals.min = std::min<std::uint16_t>(totals.min, current[at]);
        totals.max = std::max<std::uint16_t>(totals.max, current[at]);
      }
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

// One square pixel-wide step after another: every place and length of a span up to the width, each its own region.
std::vector<RegionMask> many_regions(ImageSize size, std::uint32_t count) {
  std::vector<RegionMask> regions(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t first = i % size.width_px;
    regions[i].spans = rectangle_spans(size, first, i % 3, 1 + (i * 7) % size.width_px, size.height_px);
  }
  return regions;
}

struct Case {
  ImageSize size;
  std::uint32_t threshold = 15;
  bool first_frame = false;
  bool statistics = true;
  std::uint32_t bands = 1;
  Content content = Content::random;
};

// The frame in `bands` bands, each with totals of its own, against the definition.
template <typename Pixel>
void check_frame(const Case& test, const std::vector<RegionMask>& regions) {
  Pixels<Pixel> current(test.size.pixels());
  Pixels<Pixel> previous(test.first_frame ? 0 : test.size.pixels());
  fill(current.span(), test.content, test.size.width_px);
  fill(previous.span(), test.content == Content::white ? Content::black : test.content, test.size.width_px + 1);
  const RegionTable table = region_table(regions);
  const FramePass<Pixel> pass{.current = current.view(),
                              .previous = previous.view(),
                              .corrected = {},
                              .size = test.size,
                              .threshold = test.threshold,
                              .statistics = test.statistics,
                              .table = &table};
  Totals whole;
  std::vector<Totals> found(regions.size());
  for (std::uint32_t band = 0; band < test.bands; ++band) {
    Totals part;
    std::vector<Totals> parts(regions.size());
    const LineRange lines{band * test.size.height_px / test.bands, (band + 1) * test.size.height_px / test.bands};
    reduce(pass, lines, part, parts);
    merge(whole, part);
    for (std::size_t i = 0; i < parts.size(); ++i) merge(found[i], parts[i]);
  }
  const auto twin = [&](std::span<const Span> spans) {
    return totals_twin(current.view(), previous.view(), test.size, test.threshold, test.statistics, spans);
  };
  CHECK(twin(rectangle_spans(test.size, 0, 0, test.size.width_px, test.size.height_px)) == whole);
  for (std::size_t i = 0; i < regions.size(); ++i) CHECK(twin(regions[i].spans) == found[i]);
}

void check_both(const Case& test) {
  check_frame<std::uint8_t>(test, some_regions(test.size));
  check_frame<std::uint16_t>(test, some_regions(test.size));
}

// Lines of the largest pixels against zeros: the largest sums there are.
template <typename Pixel>
void check_extreme(ImageSize size) {
  const std::uint64_t largest = std::numeric_limits<Pixel>::max();
  Pixels<Pixel> white(size.pixels());
  Pixels<Pixel> black(size.pixels());
  fill(white.span(), Content::white, 0);
  std::vector<RegionMask> everything(1);
  everything[0].spans = rectangle_spans(size, 0, 0, size.width_px, size.height_px);
  const RegionTable table = region_table(everything);
  const FramePass<Pixel> pass{
      .current = white.view(), .previous = black.view(), .corrected = {}, .size = size, .table = &table};
  Totals whole, region;
  reduce(pass, {0, size.height_px}, whole, {&region, 1});
  const Totals expected{.abs_diff_sum = size.pixels() * largest,
                        .changed = size.pixels(),
                        .sum = size.pixels() * largest,
                        .sum_sq = size.pixels() * largest * largest,
                        .min = static_cast<std::uint16_t>(largest),
                        .max = static_cast<std::uint16_t>(largest)};
  CHECK(expected == whole);
  CHECK(expected == region);
}

}  // namespace

TEST_GROUP(Reduce){void teardown() override{use_instruction_set(instruction_sets().back());
}
}
;

TEST(Reduce, equals_its_definition_at_every_width) {
  with_every_instruction_set([] {
    for (std::uint32_t width = 1; width <= 300; ++width) check_both({.size = {width, 11}});
  });
}

TEST(Reduce, equals_its_definition_for_black_white_and_saturated_frames) {
  with_every_instruction_set([] {
    for (const Content content : all_contents) {
      for (const std::uint32_t width : {1U, 15U, 63U, 64U, 129U, 300U}) {
        check_both({.size = {width, 9}, .content = content});
      }
    }
  });
}

TEST(Reduce, bands_of_lines_give_the_totals_of_the_frame) {
  with_every_instruction_set([] {
    for (std::uint32_t bands = 1; bands <= 4; ++bands) {
      for (std::uint32_t height = 1; height <= 12; ++height) check_both({.size = {131, height}, .bands = bands});
    }
  });
}

// Another thread may be writing there.
TEST(Reduce, a_band_reads_nothing_behind_its_last_line) {
  with_every_instruction_set([] {
    for (std::uint32_t width = 1; width <= 140; ++width) {
      const ImageSize size{width, 9}, band{width, 5};
      Pixels<std::uint8_t> current(band.pixels()), previous(band.pixels());
      fill(current.span(), Content::random, width);
      fill(previous.span(), Content::random, width + 1);
      const auto regions = some_regions(band);
      const RegionTable table = region_table(regions);
      const FramePass<std::uint8_t> pass{.current = {current.view().data(), size.pixels()},
                                         .previous = {previous.view().data(), size.pixels()},
                                         .corrected = {},
                                         .size = size,
                                         .threshold = 15,
                                         .table = &table};
      Totals whole;
      std::vector<Totals> found(regions.size());
      reduce(pass, {0, band.height_px}, whole, found);
      const auto twin = [&](std::span<const Span> spans) {
        return totals_twin(current.view(), previous.view(), band, 15, true, spans);
      };
      CHECK(twin(rectangle_spans(band, 0, 0, width, band.height_px)) == whole);
      for (std::size_t i = 0; i < regions.size(); ++i) CHECK(twin(regions[i].spans) == found[i]);
    }
  });
}

TEST(Reduce, first_frame_has_statistics_and_no_activity) {
  with_every_instruction_set([] {
    for (std::uint32_t width = 1; width <= 140; ++width) check_both({.size = {width, 9}, .first_frame = true});
  });
}

TEST(Reduce, activity_alone_is_taken_where_statistics_are_not_wanted) {
  with_every_instruction_set([] {
    for (std::uint32_t width = 1; width <= 140; ++width) check_both({.size = {width, 9}, .statistics = false});
    check_both({.size = {40, 9}, .first_frame = true, .statistics = false});
  });
}

TEST(Reduce, every_threshold_counts_what_is_larger) {
  with_every_instruction_set([] {
    for (std::uint32_t threshold = 0; threshold <= 260; ++threshold) {
      check_frame<std::uint8_t>({.size = {67, 7}, .threshold = threshold}, {});
    }
    for (const std::uint32_t threshold : {0U, 1U, 255U, 256U, 65534U, 65535U, 65536U, 0xFFFFFFFFU}) {
      check_both({.size = {67, 7}, .threshold = threshold});
    }
  });
}

TEST(Reduce, a_thousand_overlapping_regions_each_have_their_own_totals) {
  with_every_instruction_set([] {
    const ImageSize size{150, 5};
    check_frame<std::uint8_t>({.size = size}, many_regions(size, 1000));
    check_frame<std::uint16_t>({.size = size}, many_regions(size, 1000));
  });
}

TEST(Reduce, sums_of_long_lines_do_not_overflow) {
  with_every_instruction_set([] {
    for (const std::uint32_t width : {8159U, 8161U, 65535U, 65536U, 65537U, 1200001U}) {
      check_extreme<std::uint8_t>({width, 1});
      check_extreme<std::uint16_t>({width, 1});
    }
  });
}

TEST(Reduce, sums_of_many_lines_do_not_overflow) {
  with_every_instruction_set([] {
    for (const std::uint32_t width : {1U, 16U, 64U}) {
      check_extreme<std::uint8_t>({width, 70000});
      check_extreme<std::uint16_t>({width, 70000});
    }
  });
}

TEST(Reduce, results_are_added_to_what_is_there) {
  const ImageSize size{5, 3};
  Pixels<std::uint8_t> image(size.pixels());
  fill(image.span(), Content::random, 1);
  Totals whole;
  const FramePass<std::uint8_t> pass{.current = image.view(), .previous = {}, .corrected = {}, .size = size};
  for (int i = 0; i < 2; ++i) reduce(pass, {0, 3}, whole, {});
  const auto everything = rectangle_spans(size, 0, 0, 5, 3);
  CHECK_EQUAL(2 * totals_twin(image.view(), {}, size, 0, true, everything).sum, whole.sum);
}

TEST(Reduce, corrects_the_frame_before_it_is_compared) {
  with_every_instruction_set([] {
    for (std::uint32_t width = 1; width <= 140; ++width) {
      const ImageSize size{width, 7};
      Pixels<std::uint8_t> current(size.pixels()), previous(size.pixels()), expected(size.pixels()),
          corrected(size.pixels());
      Pixels<std::uint16_t> dark(size.pixels()), gain(size.pixels());
      fill(current.span(), Content::random, 1);
      fill(previous.span(), Content::random, 2);
      fill(dark.span(), Content::random, 3);
      fill(gain.span(), Content::random, 4);
      for (std::uint16_t& value : dark.span()) value /= 4;
      const Correction<std::uint8_t> correction{
          .subtrahend = dark.view(), .background = {}, .factor = gain.view(), .offset = 3};
      correct(current.view(), correction, 0, expected.span());

      const RegionTable table = region_table(some_regions(size));
      const FramePass<std::uint8_t> pass{.current = current.view(),
                                         .previous = previous.view(),
                                         .correction = &correction,
                                         .corrected = corrected.span(),
                                         .size = size,
                                         .threshold = 15,
                                         .table = &table};
      Totals whole;
      std::vector<Totals> found(4);
      reduce(pass, {0, 3}, whole, found);
      reduce(pass, {3, 7}, whole, found);
      CHECK(std::ranges::equal(expected.view(), corrected.view()));
      const auto everything = rectangle_spans(size, 0, 0, width, 7);
      CHECK(totals_twin(expected.view(), previous.view(), size, 15, true, everything) == whole);
      CHECK(totals_twin(expected.view(), previous.view(), size, 15, true, some_regions(size)[0].spans) == found[0]);
    }
  });
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

TEST(Reduce, table_finds_the_spans_of_a_line) {
  std::vector<RegionMask> regions(2);
  regions[0].spans = {{2, 1, 3}, {5, 0, 4}};
  regions[1].spans = {{2, 4, 6}, {3, 4, 6}};
  const RegionTable table = region_table(regions);
  const std::vector<std::uint32_t> expected{0, 0, 0, 2, 3, 3, 4};
  CHECK(expected == table.first_of_line);
}
