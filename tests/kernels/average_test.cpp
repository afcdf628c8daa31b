#include <CppUTest/TestHarness.h>

#include <random>

#include "kernels/reduce.hpp"

using namespace tarsier;

namespace {

// Means of `frames` random frames of `pixels` pixels against the definition.
template <typename Pixel>
void check_mean(std::size_t pixels, std::uint32_t frames, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::uint32_t> sums(pixels), expected(pixels);
  std::vector<Pixel> frame(pixels);
  for (std::uint32_t i = 0; i < frames; ++i) {
    for (std::size_t p = 0; p < pixels; ++p) expected[p] += frame[p] = static_cast<Pixel>(random());
    accumulate(std::span<const Pixel>(frame), sums);
  }
  CHECK(expected == sums);
  mean_of_sums(sums, frames, std::span<Pixel>(frame));
  for (std::size_t p = 0; p < pixels; ++p) {
    CHECK_EQUAL((2 * std::uint64_t{sums[p]} + frames) / (2 * std::uint64_t{frames}), frame[p]);
  }
}

}  // namespace

TEST_GROUP(Average){};

TEST(Average, is_the_mean_rounded_half_up_at_every_size) {
  for (std::uint32_t pixels = 1; pixels <= 70; ++pixels) {
    check_mean<std::uint8_t>(pixels, 1 + pixels % 9, pixels);
    check_mean<std::uint16_t>(pixels, 1 + pixels % 9, pixels);
  }
}

TEST(Average, every_sum_of_a_few_frames_is_rounded_right) {
  for (std::uint32_t frames = 1; frames <= 16; ++frames) {
    std::vector<std::uint32_t> sums(255 * frames + 1);
    for (std::uint32_t sum = 0; sum < sums.size(); ++sum) sums[sum] = sum;
    std::vector<std::uint8_t> means(sums.size());
    mean_of_sums(sums, frames, means);
    for (std::uint32_t sum = 0; sum < sums.size(); ++sum) CHECK_EQUAL((2 * sum + frames) / (2 * frames), means[sum]);
  }
}

TEST(Average, the_most_frames_whose_sums_fit_are_rounded_right) {
  const std::uint32_t frames = 65537;
  const std::vector<std::uint32_t> sums{0xFFFFFFFFU, 32768, 32767, 65537U * 1000 + 32769, 65537U * 1000 + 32768};
  std::vector<std::uint16_t> means(sums.size());
  mean_of_sums(sums, frames, means);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    CHECK_EQUAL((2 * std::uint64_t{sums[i]} + frames) / (2 * std::uint64_t{frames}), means[i]);
  }
}
