#include "kernels/sliding_mean.hpp"

#include <CppUTest/TestHarness.h>

#include <vector>

#include "kernels/pixels.hpp"

using namespace tarsier;

namespace {

// A window of `window` frames over 2 * window + 3 random ones, against sums made anew each time.
template <typename Pixel>
void check(std::size_t pixels, std::uint32_t window, Content content) {
  const std::uint32_t frames = 2 * window + 3;
  Pixels<Pixel> data(pixels + frames);
  fill(data.span(), content, window);
  const auto frame = [&](std::size_t f) { return data.view().subspan(f, pixels); };
  std::vector<SlidingSum<Pixel>> sums(pixels);
  std::vector<Pixel> mean(pixels);
  for (std::uint32_t f = 0; f < frames; ++f) {
    const std::uint32_t n = std::min(f + 1, window);
    slide(frame(f), f >= window ? frame(f - window) : std::span<const Pixel>{}, n, sums, mean);
    for (std::size_t i = 0; i < pixels; ++i) {
      std::uint64_t sum = 0;
      for (std::uint32_t k = 0; k < n; ++k) sum += frame(f - k)[i];
      CHECK_EQUAL(sum, sums[i]);
      CHECK_EQUAL((2 * sum + n) / (2 * n), mean[i]);
    }
  }
}

// Every sum that `window` frames can have, or every `step`th, is divided right.
template <typename Pixel>
void check_division(std::uint32_t window, std::uint64_t step) {
  const std::uint64_t largest = std::uint64_t{std::numeric_limits<Pixel>::max()} * window;
  std::vector<SlidingSum<Pixel>> sums;
  for (std::uint64_t sum = 0; sum <= largest; sum += step) sums.push_back(static_cast<SlidingSum<Pixel>>(sum));
  sums.push_back(static_cast<SlidingSum<Pixel>>(largest));
  const std::vector<Pixel> nothing(sums.size());
  std::vector<Pixel> mean(sums.size());
  slide(nothing, {}, window, sums, mean);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::uint64_t expected = (2 * std::uint64_t{sums[i]} + window) / (2 * std::uint64_t{window});
    if (expected != mean[i]) CHECK_EQUAL(expected, mean[i]);
  }
}

}  // namespace

TEST_GROUP(SlidingMean){void teardown() override{use_instruction_set(instruction_sets().back());
}
}
;

TEST(SlidingMean, equals_the_mean_of_the_window_at_every_width) {
  with_every_instruction_set([] {
    for (std::size_t pixels = 1; pixels <= 300; ++pixels) {
      check<std::uint8_t>(pixels, 1 + static_cast<std::uint32_t>(pixels % 9), Content::random);
      check<std::uint16_t>(pixels, 1 + static_cast<std::uint32_t>(pixels % 9), Content::random);
    }
    for (const Content content : all_contents) {
      check<std::uint8_t>(70, 32, content);
      check<std::uint16_t>(70, 32, content);
    }
  });
}

TEST(SlidingMean, every_sum_of_every_window_of_8_bits_is_rounded_right) {
  for (std::uint32_t window = 1; window <= largest_window<std::uint8_t>; ++window) {
    check_division<std::uint8_t>(window, 1);
  }
}

TEST(SlidingMean, sums_of_windows_of_16_bits_are_rounded_right) {
  with_every_instruction_set([] {
    for (const std::uint32_t window : {1U, 2U, 3U, 7U, 32U, 1000U, 32767U, 65521U, 65535U, 65536U, 65537U}) {
      check_division<std::uint16_t>(window, 1 + 83U * window);
      check_division<std::uint16_t>(window, window);
    }
  });
}
