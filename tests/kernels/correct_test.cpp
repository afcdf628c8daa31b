#include "kernels/correct.hpp"

#include <CppUTest/TestHarness.h>

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/pixels.hpp"

using namespace tarsier;

namespace {

__extension__ using Exact = __int128;

// floor(a / b) for b > 0.
Exact floor_of(Exact a, Exact b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

// The definition as a fraction: floor((256 I - S) G / 2^(8 + F) + 1/2) + offset.
template <typename Pixel>
Pixel twin(Pixel in, Exact subtrahend, Exact factor, Exact offset) {
  if (factor == 0) return 0;
  const Exact whole = Exact{1} << (8 + factor_bits<Pixel>);
  const Exact value = floor_of((256 * Exact{in} - subtrahend) * factor * 2 + whole, 2 * whole) + offset;
  const Exact largest = std::numeric_limits<Pixel>::max();
  return static_cast<Pixel>(value < 0 ? 0 : value > largest ? largest : value);
}

template <typename Pixel>
constexpr std::uint32_t largest_subtrahend = 256 * std::uint32_t{std::numeric_limits<Pixel>::max()};
template <typename Pixel>
constexpr std::uint32_t largest_factor = (8U << factor_bits<Pixel>)-1;

// Every kind of map with every kind of offset.
template <typename Pixel>
struct Maps {
  explicit Maps(std::size_t count, std::uint32_t seed)
      : in(count), out(count), background(count), subtrahend(count), factor(count) {
    std::minstd_rand random(seed);
    const auto value = [&](std::uint32_t largest) {
      const auto drawn = static_cast<std::uint32_t>(random() >> 4);
      // One in eight at either end, where things saturate.
      return drawn % 16 == 0 ? 0 : drawn % 16 == 1 ? largest : static_cast<std::uint32_t>(random()) % (largest + 1);
    };
    for (std::size_t i = 0; i < count; ++i) {
      in[i] = static_cast<Pixel>(value(std::numeric_limits<Pixel>::max()));
      background[i] = static_cast<Pixel>(value(std::numeric_limits<Pixel>::max()));
      subtrahend[i] = static_cast<Subtrahend<Pixel>>(value(largest_subtrahend<Pixel>));
      factor[i] = static_cast<Factor<Pixel>>(value(largest_factor<Pixel>));
    }
  }
  Pixels<Pixel> in, out, background;
  Pixels<Subtrahend<Pixel>> subtrahend;
  Pixels<Factor<Pixel>> factor;
};

template <typename Pixel>
void check(Maps<Pixel>& maps, const Correction<Pixel>& correction, std::size_t first) {
  const std::size_t count = maps.in.view().size() - first;
  correct(maps.in.view().subspan(first), correction, first, maps.out.span().subspan(first));
  for (std::size_t i = first; i < first + count; ++i) {
    Exact subtrahend = 0;
    if (!correction.subtrahend.empty()) subtrahend = correction.subtrahend[i];
    if (!correction.background.empty()) subtrahend = Exact{correction.amount_q8} * correction.background[i];
    const Exact factor = correction.factor.empty() ? Exact{1} << factor_bits<Pixel> : Exact{correction.factor[i]};
    CHECK_EQUAL(twin(maps.in[i], subtrahend, factor, correction.offset), maps.out[i]);
  }
}

template <typename Pixel>
void check_all_kinds(std::size_t count, std::size_t first, std::uint32_t seed) {
  Maps<Pixel> maps(count, seed);
  for (const std::int32_t offset : {0, 1, -1, 20, -7, 300, -300, 70000, -70000, 0x7FFFFFFF, -0x7FFFFFFF}) {
    for (const bool divide : {false, true}) {
      const auto factor = divide ? maps.factor.view() : std::span<const Factor<Pixel>>{};
      check<Pixel>(maps, {{}, {}, 0, factor, offset}, first);
      check<Pixel>(maps, {maps.subtrahend.view(), {}, 0, factor, offset}, first);
      for (const std::uint32_t amount : {0U, 1U, 128U, 255U, 256U}) {
        check<Pixel>(maps, {{}, maps.background.view(), amount, factor, offset}, first);
      }
    }
  }
}

// Every pixel, with every subtrahend of some and a factor, against the formula of 8-bit frames.
void check_formula(std::uint32_t factor) {
  std::vector<std::uint8_t> in(256), out(256);
  const std::vector<std::uint16_t> factors(256, static_cast<std::uint16_t>(factor));
  std::vector<std::uint16_t> subtrahends(256);
  for (std::uint32_t subtrahend = 0; subtrahend <= 65280; subtrahend += 17) {
    for (std::uint32_t i = 0; i < 256; ++i) in[i] = static_cast<std::uint8_t>(i);
    std::ranges::fill(subtrahends, static_cast<std::uint16_t>(subtrahend));
    correct<std::uint8_t>(in, {subtrahends, {}, 0, factors, 0}, 0, out);
    for (std::uint32_t i = 0; i < 256; ++i) {
      const std::uint32_t above = 256 * i > subtrahend ? 256 * i - subtrahend : 0;
      CHECK_EQUAL(std::min(255U, ((above * factor >> 16) + 16) >> 5), out[i]);
    }
  }
}

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_GROUP(Correct){void teardown() override{use_instruction_set(instruction_sets().back());
}
}
;

TEST(Correct, equals_the_exact_fraction_at_every_width_with_every_kind_of_map) {
  with_every_instruction_set([] {
    for (std::uint32_t width = 1; width <= 300; ++width) {
      check_all_kinds<std::uint8_t>(width, width % 5 < width ? width % 5 : 0, width);
      check_all_kinds<std::uint16_t>(width, width % 5 < width ? width % 5 : 0, width);
    }
  });
}

TEST(Correct, of_8_bits_is_two_shifts_where_nothing_lies_below_the_subtrahend) {
  with_every_instruction_set([] {
    for (const std::uint32_t factor : {0U, 1U, 31U, 8191U, 8192U, 8193U, 12345U, 65535U}) check_formula(factor);
  });
}

TEST(Correct, halves_are_rounded_up_below_the_background_too) {
  // (256 * 10 - 256 * 13 - 128) / 256 = -3.5, which becomes -3, and 20 - 3 = 17.
  const std::vector<std::uint8_t> in(40, 10);
  const std::vector<std::uint16_t> subtrahend(40, 256 * 13 + 128);
  std::vector<std::uint8_t> out(40);
  with_every_instruction_set([&] {
    correct<std::uint8_t>(in, {subtrahend, {}, 0, {}, 20}, 0, out);
    for (const std::uint8_t value : out) CHECK_EQUAL(17, value);
  });
}

TEST(Correct, writes_over_the_frame_that_it_reads) {
  with_every_instruction_set([] {
    Maps<std::uint8_t> maps(1000, 1);
    const Correction<std::uint8_t> correction{maps.subtrahend.view(), {}, 0, maps.factor.view(), 5};
    correct(maps.in.view(), correction, 0, maps.out.span());
    correct(maps.in.view(), correction, 0, maps.in.span());
    CHECK(std::ranges::equal(maps.out.view(), maps.in.view()));
  });
}

TEST(Correct, a_factor_of_0_gives_0_whatever_the_offset) {
  const std::vector<std::uint8_t> in(40, 200);
  const std::vector<std::uint16_t> factor(40, 0);
  std::vector<std::uint8_t> out(40, 1);
  with_every_instruction_set([&] {
    correct<std::uint8_t>(in, {{}, {}, 0, factor, 20}, 0, out);
    for (const std::uint8_t value : out) CHECK_EQUAL(0, value);
  });
}

TEST(Correct, subtrahends_are_rounded_and_clamped) {
  const std::vector<double> values{0, 1, 1.0 / 512, 0.9 / 512, 255, 256, 1e300, -3, infinite, -infinite, unknown};
  const std::vector<std::uint16_t> expected{0, 256, 1, 0, 65280, 65280, 65280, 0, 65280, 0, 65280};
  std::vector<std::uint16_t> found(values.size());
  quantise_subtrahend(values, 1.0, found);
  CHECK(expected == found);
  std::vector<std::uint32_t> deep(3);
  quantise_subtrahend(std::vector<double>{65535, 65536, 100.5}, 1.0, deep);
  CHECK((std::vector<std::uint32_t>{65535U * 256, 65535U * 256, 25728}) == deep);
  quantise_subtrahend(std::vector<double>{3, 5, 7}, 0.5, deep);
  CHECK((std::vector<std::uint32_t>{384, 640, 896}) == deep);
}

TEST(Correct, factors_are_0_where_the_divisor_is_0_negative_or_not_finite) {
  const std::vector<double> divisors{0, -0.0, -1, infinite, -infinite, unknown};
  std::vector<std::uint16_t> found(divisors.size(), 1);
  CHECK_EQUAL(0U, quantise_factor(divisors, 1.0, found));
  for (const std::uint16_t factor : found) CHECK_EQUAL(0, factor);
  std::vector<std::uint32_t> deep(divisors.size(), 1);
  CHECK_EQUAL(0U, quantise_factor(divisors, 1.0, deep));
  for (const std::uint32_t factor : deep) CHECK_EQUAL(0U, factor);
}

TEST(Correct, factors_are_rounded_and_those_of_8_or_more_counted) {
  const std::vector<double> divisors{1, 2, 0.5, 1.0 / 3, 1e9, 0.125, 0.1250001, 0.12501, 1e-300, 5e-324};
  std::vector<std::uint16_t> found(divisors.size());
  CHECK_EQUAL(4U, quantise_factor(divisors, 1.0, found));
  CHECK((std::vector<std::uint16_t>{8192, 4096, 16384, 24576, 0, 65535, 65535, 65531, 65535, 65535}) == found);
  std::vector<std::uint32_t> deep(divisors.size());
  CHECK_EQUAL(4U, quantise_factor(divisors, 1.0, deep));
  CHECK_EQUAL(65536U, deep[0]);
  CHECK_EQUAL(196608U, deep[3]);
  CHECK_EQUAL(524287U, deep[5]);
}

TEST(Correct, an_amount_of_the_divisor_leaves_the_rest_at_1) {
  const std::vector<double> divisors{2, 0, 0.5, -1};
  std::vector<std::uint16_t> found(4);
  CHECK_EQUAL(0U, quantise_factor(divisors, 0.5, found));
  CHECK((std::vector<std::uint16_t>{5461, 16384, 10923, 0}) == found);
  CHECK_EQUAL(0U, quantise_factor(divisors, 0, found));
  for (const std::uint16_t factor : found) CHECK_EQUAL(8192, factor);
}
