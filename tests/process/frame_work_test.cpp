#include "process/frame_work.hpp"

#include <CppUTest/TestHarness.h>

#include <cstring>

#include "process/band_workers.hpp"

using namespace tarsier;

namespace {

constexpr ImageSize size{67, 41};

std::vector<std::byte> frame(std::uint32_t t, StoredPixel pixel) {
  std::vector<std::byte> bytes(size.pixels() * bytes_per_pixel(pixel));
  std::uint32_t state = t * 7919 + 1;
  for (auto& byte : bytes) byte = static_cast<std::byte>((state = state * 1664525 + 1013904223) >> 24);
  return bytes;
}

// Everything that comes of a few frames, as bytes.
std::vector<std::byte> outcome(unsigned threads, StoredPixel pixel) {
  Arena arena = *Arena::create(mebibytes(4));
  FrameWorkOptions options{
      .camera = "a", .size = size, .pixel = pixel, .correct = {}, .reduce = {}, .threads = threads};
  options.correct.subtract.emplace().kind = SubtractKind::sliding_mean;
  options.correct.subtract->window = 2;
  options.correct.offset = 60;
  options.reduce.projection = ProjectionConfig{1, {ImageKind::mean, ImageKind::std, ImageKind::median}};
  const std::vector<RegionMask> regions{{"circle", {}, circle_spans(size, 30, 20, 19), 0},
                                        {"right", {}, rectangle_spans(size, 20, 3, 47, 38), 0}};
  const CorrectionMaps none;
  const auto work = FrameWork::create(arena, options, regions, none);
  std::vector<std::byte> all, before;
  const auto keep = [&](const void* data, std::size_t bytes) {
    const auto* first = static_cast<const std::byte*>(data);
    all.insert(all.end(), first, first + bytes);
  };
  for (std::uint32_t t = 0; t < 5; ++t) {
    const auto bytes = frame(t, pixel);
    Row row;
    std::vector<RegionRow> rows(2);
    work->work_on(bytes, before, row, rows);
    CHECK_EQUAL(t == 0, (row.flags & row_uncorrected) != 0);
    for (const std::uint64_t value : {row.n, row.abs_diff_sum, row.changed, row.sum, row.sum_sq}) keep(&value, 8);
    for (const RegionRow& region : rows) {
      for (const std::uint64_t value : {region.abs_diff_sum, region.sum, region.sum_sq}) keep(&value, 8);
      keep(&region.changed, 4);
      keep(&region.min, 2);
      keep(&region.max, 2);
    }
    before = bytes;
  }
  const ImageBatch batch = work->finish_interval();
  CHECK_EQUAL(4, batch.projection.count);  // the first has no background yet
  for (const auto image : batch.images) keep(image.data(), image.size());
  return all;
}

}  // namespace

TEST_GROUP(FrameWork){};

TEST(FrameWork, any_number_of_threads_gives_the_same) {
  for (const StoredPixel pixel : {StoredPixel::gray8, StoredPixel::gray16}) {
    const auto one = outcome(1, pixel);
    CHECK(one.size() > size.pixels());
    for (const unsigned threads : {2U, 3U, 4U, 16U}) CHECK(outcome(threads, pixel) == one);
  }
}

TEST(FrameWork, bands_are_worked_on_once_each_round) {
  BandWorkers workers("a", 4);
  std::array<std::atomic<unsigned>, 4> calls{};
  for (int round = 0; round < 1000; ++round) workers.run([&](unsigned band) { ++calls[band]; });
  for (const auto& count : calls) CHECK_EQUAL(1000, count.load());
}

TEST(FrameWork, takes_from_the_arena_what_it_costs) {
  Arena arena = *Arena::create(mebibytes(4));
  FrameWorkOptions options{.camera = "a", .size = size, .pixel = StoredPixel::gray16, .correct = {}, .reduce = {}};
  options.correct.subtract.emplace().kind = SubtractKind::range;
  options.reduce.projection = ProjectionConfig{1, {ImageKind::max}};
  const CorrectionMaps none;
  const auto work = FrameWork::create(arena, options, {}, none);
  CHECK_EQUAL(FrameWork::cost(options).count, arena.used().count);
}
