#include "process/projector.hpp"

#include <CppUTest/TestHarness.h>

#include <cmath>

using namespace tarsier;

namespace {

constexpr std::size_t projected_pixels = 70;

std::vector<std::uint8_t> projected_frame(std::uint32_t t) {
  std::vector<std::uint8_t> values(projected_pixels);
  for (std::size_t i = 0; i < projected_pixels; ++i) values[i] = static_cast<std::uint8_t>((t * 91 + i * 13) % 256);
  return values;
}

template <typename Value>
std::vector<Value> image(const ImageBatch& batch, ImageKind kind) {
  const auto bytes = batch.images[static_cast<std::size_t>(kind)];
  const auto* values = reinterpret_cast<const Value*>(bytes.data());
  return {values, values + bytes.size() / sizeof(Value)};
}

}  // namespace

TEST_GROUP(Projector) {
  static constexpr PixelRange ranges[] = {{0, 33}, {33, projected_pixels - 33}};
  Arena arena = *Arena::create(mebibytes(1));
  ProjectionConfig config{1.0, {ImageKind::mean, ImageKind::max, ImageKind::min, ImageKind::std, ImageKind::median}};

  static Row row(std::uint32_t t) {
    Row one;
    one.frame_id = 100 + t;
    one.sensor_ns = 5'000'000'000 + t * 100'000'000LL;
    one.utc_ns = 7'000 + t;
    return one;
  }
  static void add(Projector<std::uint8_t> & projector, std::uint32_t t) {
    projector.begin(row(t), true);
    for (const PixelRange range : ranges) projector.add(projected_frame(t), range);
  }
  static ImageBatch finish(Projector<std::uint8_t> & projector) {
    for (const PixelRange range : ranges) projector.make_images(range);
    return projector.take_batch();
  }
};

TEST(Projector, an_interval_ends_with_the_first_frame_of_the_next) {
  Projector<std::uint8_t> projector(arena, config, projected_pixels);
  CHECK_FALSE(projector.over(row(0).sensor_ns));
  for (std::uint32_t t = 0; t < 10; ++t) {
    CHECK_FALSE(projector.over(row(t).sensor_ns));
    add(projector, t);
  }
  CHECK(projector.over(row(10).sensor_ns));
  const ImageBatch batch = finish(projector);
  CHECK_EQUAL(100, batch.projection.first_id);
  CHECK_EQUAL(109, batch.projection.last_id);
  CHECK_EQUAL(10, batch.projection.count);
  CHECK_EQUAL(7'009, batch.projection.end_utc_ns);
  CHECK(projector.empty());
}

TEST(Projector, images_are_those_of_a_pixel_by_pixel_reference_and_of_their_interval_alone) {
  Projector<std::uint8_t> projector(arena, config, projected_pixels);
  for (const std::uint32_t first : {0U, 10U}) {
    for (std::uint32_t t = first; t < first + 10; ++t) add(projector, t);
    const ImageBatch batch = finish(projector);
    CHECK_EQUAL(10, batch.projection.median_count);
    for (std::size_t i = 0; i < projected_pixels; ++i) {
      std::vector<std::uint8_t> values;
      double sum = 0, sum_sq = 0;
      for (std::uint32_t t = first; t < first + 10; ++t) {
        values.push_back(projected_frame(t)[i]);
        sum += values.back();
        sum_sq += double(values.back()) * values.back();
      }
      std::ranges::sort(values);
      CHECK_EQUAL(static_cast<int>(std::floor(sum / 10 + 0.5)), image<std::uint8_t>(batch, ImageKind::mean)[i]);
      CHECK_EQUAL(values.front(), image<std::uint8_t>(batch, ImageKind::min)[i]);
      CHECK_EQUAL(values.back(), image<std::uint8_t>(batch, ImageKind::max)[i]);
      CHECK_EQUAL(values[4], image<std::uint8_t>(batch, ImageKind::median)[i]);
      DOUBLES_EQUAL(std::sqrt(10 * sum_sq - sum * sum) / 10, image<float>(batch, ImageKind::std)[i], 1e-5);
    }
  }
}

TEST(Projector, the_median_is_of_frames_spread_over_the_interval) {
  config.interval_s = 31;
  Projector<std::uint8_t> projector(arena, config, projected_pixels);
  for (std::uint32_t t = 0; t < 310; ++t) add(projector, t);
  const ImageBatch batch = finish(projector);
  CHECK_EQUAL(310, batch.projection.count);
  CHECK_EQUAL(31, batch.projection.median_count);
}

TEST(Projector, after_a_gap_the_median_does_not_catch_up_with_frames_that_lie_together) {
  config.interval_s = 31;
  Projector<std::uint8_t> projector(arena, config, projected_pixels);
  add(projector, 0);
  for (std::uint32_t t = 200; t < 310; ++t) add(projector, t);
  const ImageBatch batch = finish(projector);
  CHECK_EQUAL(111, batch.projection.count);
  CHECK_EQUAL(12, batch.projection.median_count);  // one at 0 s, and one of each second from 20 s on
}

TEST(Projector, a_frame_that_is_not_wanted_is_in_no_image) {
  Projector<std::uint8_t> projector(arena, config, projected_pixels);
  projector.begin(row(0), false);
  projector.add(projected_frame(0), ranges[0]);
  CHECK(projector.empty());
  add(projector, 1);
  const ImageBatch batch = finish(projector);
  CHECK_EQUAL(101, batch.projection.first_id);
  CHECK_EQUAL(1, batch.projection.count);
  CHECK_EQUAL(projected_frame(1)[3], image<std::uint8_t>(batch, ImageKind::max)[3]);
}

TEST(Projector, takes_from_the_arena_what_it_costs) {
  for (std::size_t kind = 0; kind < projection_kinds; ++kind) {
    config.kinds = {static_cast<ImageKind>(kind)};
    const Bytes before = arena.used();
    const Projector<std::uint16_t> projector(arena, config, projected_pixels);
    CHECK_EQUAL(Projector<std::uint16_t>::cost(config, projected_pixels).count, (arena.used() - before).count);
  }
}
