#include "kernels/projection.hpp"

#include <CppUTest/TestHarness.h>

#include <cmath>
#include <vector>

#include "kernels/pixels.hpp"

using namespace tarsier;

namespace {

template <typename Pixel>
struct Sums {
  explicit Sums(std::size_t count) : sum(count), sum_sq(count), min(count), max(count) { begin(view()); }
  ProjectionSums<Pixel> view() { return {sum, sum_sq, min, max}; }
  bool operator==(const Sums&) const = default;
  std::vector<std::uint32_t> sum;
  std::vector<SumOfSquares<Pixel>> sum_sq;
  std::vector<Pixel> min, max;
};

template <typename Pixel>
void add_twin(std::span<const Pixel> frame, Sums<Pixel>& sums) {
  for (std::size_t i = 0; i < sums.sum.size(); ++i) {
    const std::uint32_t value = frame[i];
    sums.sum[i] += value;
    sums.sum_sq[i] += value * value;
    sums.min[i] = std::min(sums.min[i], frame[i]);
    sums.max[i] = std::max(sums.max[i], frame[i]);
  }
}

template <typename Pixel>
using Views = std::vector<std::span<const Pixel>>;

// `visits` visits of `count` frames, each a stretch of one buffer, so at odd addresses.
template <typename Pixel>
void check(std::size_t pixels, std::size_t count, Content content) {
  Pixels<Pixel> data(pixels + 2 * count + 1);
  fill(data.span(), content, static_cast<std::uint32_t>(pixels));
  Sums<Pixel> found(pixels), expected(pixels);
  for (std::size_t visit = 0; visit < 2; ++visit) {
    Views<Pixel> frames;
    for (std::size_t f = 0; f < count; ++f) frames.push_back(data.view().subspan(2 * f + visit, pixels));
    add_frames(frames, found.view());
    for (const auto frame : frames) add_twin(frame, expected);
  }
  CHECK(expected == found);
}

}  // namespace

TEST_GROUP(Projection){void teardown() override{use_instruction_set(instruction_sets().back());
}
}
;

TEST(Projection, equals_its_definition_at_every_width_and_number_of_frames) {
  with_every_instruction_set([] {
    for (std::size_t pixels = 1; pixels <= 300; ++pixels) {
      check<std::uint8_t>(pixels, 1 + pixels % 8, Content::random);
      check<std::uint16_t>(pixels, 1 + pixels % 8, Content::random);
    }
    for (std::size_t count = 1; count <= 8; ++count) {
      for (const Content content : all_contents) {
        check<std::uint8_t>(2500, count, content);
        check<std::uint16_t>(2500, count, content);
      }
    }
  });
}

TEST(Projection, only_what_is_wanted_is_summed) {
  std::vector<std::uint8_t> max(100), frame(100, 7);
  const ProjectionSums<std::uint8_t> sums{{}, {}, {}, max};
  begin(sums);
  add_frames(Views<std::uint8_t>{frame}, sums);
  CHECK((std::vector<std::uint8_t>(100, 7)) == max);
}

TEST(Projection, the_most_frames_there_may_be_fit) {
  with_every_instruction_set([] {
    const std::vector<std::uint16_t> deep(40, 65535);
    const std::vector<std::uint8_t> white(40, 255);
    Sums<std::uint16_t> deep_sums(40);
    Sums<std::uint8_t> sums(40);
    for (std::uint32_t i = 0; i < projection_frames; i += 8) {
      add_frames(Views<std::uint16_t>(8, deep), deep_sums.view());
      add_frames(Views<std::uint8_t>(8, white), sums.view());
    }
    CHECK_EQUAL(65535U * 65536U, deep_sums.sum[39]);
    CHECK_EQUAL(65535ULL * 65535 * 65536, deep_sums.sum_sq[39]);
    CHECK_EQUAL(255U * 255 * 65536, sums.sum_sq[39]);
    std::vector<float> deviation(40, 1);
    deviation_of_sums(deep_sums.sum, deep_sums.sum_sq, projection_frames, deviation);
    DOUBLES_EQUAL(0, deviation[0], 0);
  });
}

TEST(Projection, deviation_is_the_nearest_float_of_the_population_s) {
  // 0 and 65535 as often as each other: exactly half of 65535. 1, 2, 3, 4: sqrt(5) / 2.
  const std::vector<std::uint32_t> sum{32768U * 65535U};
  const std::vector<std::uint64_t> sum_sq{32768ULL * 65535 * 65535};
  std::vector<float> deviation(1);
  deviation_of_sums(sum, sum_sq, 65536, deviation);
  CHECK(deviation[0] == 32767.5F);
  deviation_of_sums(std::vector<std::uint32_t>{10}, std::vector<std::uint32_t>{30}, 4, deviation);
  CHECK(deviation[0] == static_cast<float>(std::sqrt(5.0L) / 2));
}
