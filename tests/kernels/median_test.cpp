#include "kernels/median.hpp"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <vector>

#include "kernels/pixels.hpp"

using namespace tarsier;

namespace {

template <typename Pixel>
void check(std::size_t pixels, std::size_t count, Content content) {
  Pixels<Pixel> data(pixels * count);
  fill(data.span(), content, static_cast<std::uint32_t>(pixels + count));
  std::vector<std::span<const Pixel>> frames;
  for (std::size_t f = 0; f < count; ++f) frames.push_back(data.view().subspan(f * pixels, pixels));
  Pixels<Pixel> found(pixels);
  median(frames, found.span());
  for (std::size_t i = 0; i < pixels; ++i) {
    std::vector<Pixel> values;
    for (const auto frame : frames) values.push_back(frame[i]);
    std::ranges::sort(values);
    CHECK_EQUAL(values[(count - 1) / 2], found[i]);
  }
}

}  // namespace

TEST_GROUP(Median){void teardown() override{use_instruction_set(instruction_sets().back());
}
}
;

TEST(Median, is_the_lower_middle_one_of_every_count_at_every_width) {
  with_every_instruction_set([] {
    for (std::size_t pixels = 1; pixels <= 300; ++pixels) {
      check<std::uint8_t>(pixels, 1 + pixels % median_frames, Content::random);
      check<std::uint16_t>(pixels, 1 + pixels % median_frames, Content::random);
    }
    for (std::size_t count = 1; count <= median_frames; ++count) {
      for (const Content content : all_contents) check<std::uint8_t>(600, count, content);
    }
  });
}

TEST(Median, equals_sorting_for_every_order_of_black_and_white) {
  // A network that sorts zeros and ones sorts everything: all 2^16 orders of 16 frames, and samples of 31.
  constexpr std::size_t orders = 65536;
  std::vector<std::vector<std::uint8_t>> data(16, std::vector<std::uint8_t>(orders));
  std::vector<std::span<const std::uint8_t>> frames;
  for (std::size_t f = 0; f < 16; ++f) {
    for (std::size_t order = 0; order < orders; ++order) data[f][order] = (order >> f & 1) != 0 ? 255 : 0;
    frames.emplace_back(data[f]);
  }
  std::vector<std::uint8_t> found(orders);
  median(frames, found);
  for (std::uint32_t order = 0; order < orders; ++order) {
    CHECK_EQUAL(__builtin_popcount(order) > 8 ? 255 : 0, found[order]);
  }
  check<std::uint8_t>(65536, 31, Content::extremes);
}
