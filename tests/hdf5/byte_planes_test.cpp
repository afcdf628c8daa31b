#include "hdf5/byte_planes.hpp"

#include <random>
#include <vector>

#include "CppUTest/TestHarness.h"

using namespace tarsier;

namespace {

std::vector<std::byte> noise(std::size_t bytes) {
  std::mt19937 random(3);
  std::vector<std::byte> data(bytes);
  for (std::byte& value : data) value = static_cast<std::byte>(random());
  return data;
}

}  // namespace

TEST_GROUP(BytePlanes){};

TEST(BytePlanes, low_bytes_and_high_bytes_part_and_meet_again_at_any_length) {
  for (std::size_t count = 0; count < 140; ++count) {
    const auto pixels = noise(2 * count);
    std::vector<std::byte> low(count), high(count), joined(2 * count);
    split_bytes(pixels, low.data(), high.data());
    for (std::size_t i = 0; i < count; ++i) {
      CHECK(pixels[2 * i] == low[i]);
      CHECK(pixels[2 * i + 1] == high[i]);
    }
    join_bytes(low.data(), high.data(), joined);
    CHECK(pixels == joined);
  }
}
