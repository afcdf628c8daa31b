#include "frame/noise_meter.hpp"

#include <CppUTest/TestHarness.h>

#include <cmath>
#include <random>

using namespace tarsier;

TEST_GROUP(NoiseMeter){};

TEST(NoiseMeter, knows_nothing_before_the_first_pair_that_differs) {
  NoiseMeter meter;
  meter.add(0);
  meter.add(std::nan(""));
  CHECK_FALSE(meter.difference_std().has_value());
  CHECK_FALSE(meter.proposed_threshold(StoredPixel::gray8).has_value());
}

TEST(NoiseMeter, finds_the_standard_deviation_of_normal_noise_whatever_moves_now_and_then) {
  std::mt19937 random(1);
  std::normal_distribution<double> noise(0, 2.5);
  NoiseMeter meter;
  for (int pair = 0; pair < 100; ++pair) {
    double sum = 0;
    for (int i = 0; i < 10000; ++i) sum += std::abs(noise(random));
    meter.add(sum / 10000 + (pair % 3 == 0 ? 40 : 0));
  }
  DOUBLES_EQUAL(2.5, *meter.difference_std(), 0.05);
  CHECK_EQUAL(13, *meter.proposed_threshold(StoredPixel::gray8));
}

TEST(NoiseMeter, proposes_nothing_where_no_threshold_stands_above_the_noise) {
  NoiseMeter meter;
  meter.add(200);
  CHECK_FALSE(meter.proposed_threshold(StoredPixel::gray8).has_value());
  CHECK(meter.proposed_threshold(StoredPixel::gray16).has_value());
}
