#include "process/corrector.hpp"

#include <CppUTest/TestHarness.h>

#include <cmath>
#include <numeric>

using namespace tarsier;

namespace {

constexpr std::size_t pixels = 97;

// Frame t of a made-up recording.
std::vector<std::uint8_t> frame(std::uint32_t t) {
  std::vector<std::uint8_t> values(pixels);
  for (std::size_t i = 0; i < pixels; ++i) values[i] = static_cast<std::uint8_t>((t * 37 + i * 11 + t * t * i) % 256);
  return values;
}

// clamp(I - round-half-up free of the factor: S in Q8) as the header of kernels/correct.hpp says.
std::uint8_t subtracted(std::uint32_t value, std::int64_t subtrahend_q8, std::int64_t offset) {
  const std::int64_t scaled = 256 * std::int64_t{value} - subtrahend_q8;
  return static_cast<std::uint8_t>(std::clamp<std::int64_t>(((scaled + 128) >> 8) + offset, 0, 255));
}

}  // namespace

TEST_GROUP(Corrector) {
  Arena arena = *Arena::create(mebibytes(1));
  CorrectConfig config;
  CorrectionMaps maps;

  SubtractConfig& subtract(SubtractKind kind) {
    config.subtract.emplace();
    config.subtract->kind = kind;
    return *config.subtract;
  }
  // What the corrector makes of frames 0 .. count - 1; empty where it does not correct. In two ranges, as two threads
  // would.
  std::vector<std::vector<std::uint8_t>> corrected(std::uint32_t count) {
    Corrector<std::uint8_t> corrector(arena, config, maps, pixels);
    std::vector<std::vector<std::uint8_t>> results;
    std::vector<std::uint8_t> before;
    for (std::uint32_t t = 0; t < count; ++t) {
      const auto stored = frame(t);
      const bool corrects = corrector.begin(before);
      for (const PixelRange range : {PixelRange{0, 50}, PixelRange{50, pixels - 50}}) {
        corrector.prepare(range);
        const auto part = range.of(std::span(stored));
        if (corrects) correct(part, corrector.correction(), range.first, range.of(corrector.current()));
        corrector.remember(stored, range);
      }
      results.emplace_back();
      if (corrects) results.back().assign(corrector.current().begin(), corrector.current().end());
      if (corrects && !before.empty() && t > 0)
        previous.assign(corrector.previous().begin(), corrector.previous().end());
      corrector.end();
      before = stored;
    }
    known = corrector.maps_known();
    return results;
  }
  std::vector<std::uint8_t> previous;  // the corrected frame before the last one
  bool known = false;
};

TEST(Corrector, the_first_frames_are_gathered_uncorrected_and_their_mean_is_subtracted_from_then_on) {
  subtract(SubtractKind::mean_of_first).frames = 3;
  config.subtract->amount = 0.5;
  config.offset = 20;
  const auto results = corrected(5);
  for (const std::uint32_t t : {0U, 1U, 2U}) CHECK(results[t].empty());
  for (std::size_t i = 0; i < pixels; ++i) {
    const std::uint32_t sum = frame(0)[i] + frame(1)[i] + frame(2)[i];
    const auto subtrahend = static_cast<std::int64_t>(std::floor(256 * 0.5 * sum / 3.0 + 0.5));
    CHECK_EQUAL(subtracted(frame(4)[i], subtrahend, 20), results[4][i]);
  }
  CHECK(known);
}

TEST(Corrector, the_frame_before_the_first_corrected_one_is_corrected_too_for_the_pair) {
  subtract(SubtractKind::mean_of_first).frames = 3;
  const auto results = corrected(4);
  for (std::size_t i = 0; i < pixels; ++i) {
    const std::uint32_t sum = frame(0)[i] + frame(1)[i] + frame(2)[i];
    CHECK_EQUAL(subtracted(frame(2)[i], static_cast<std::int64_t>(std::floor(256 * sum / 3.0 + 0.5)), 0), previous[i]);
  }
}

TEST(Corrector, a_range_begins_where_the_rig_says) {
  subtract(SubtractKind::range).first = 2;
  config.subtract->frames = 1;
  const auto results = corrected(4);
  CHECK(results[2].empty());
  for (std::size_t i = 0; i < pixels; ++i) CHECK_EQUAL(subtracted(frame(3)[i], 256 * frame(2)[i], 0), results[3][i]);
}

TEST(Corrector, a_sliding_mean_is_of_the_frames_that_lie_lag_to_lag_plus_window_back) {
  subtract(SubtractKind::sliding_mean).window = 3;
  config.subtract->lag = 2;
  config.offset = 100;
  const auto results = corrected(12);
  for (std::uint32_t t = 0; t < 12; ++t) {
    if (t < 3) {
      CHECK(results[t].empty());
      continue;
    }
    const std::uint32_t end = t - 2;
    const std::uint32_t first = end > 3 ? end - 3 : 0;
    for (std::size_t i = 0; i < pixels; ++i) {
      std::uint32_t sum = 0;
      for (std::uint32_t k = first; k < end; ++k) sum += frame(k)[i];
      const std::uint32_t n = end - first;
      CHECK_EQUAL(subtracted(frame(t)[i], 256 * ((2 * sum + n) / (2 * n)), 100), results[t][i]);
    }
  }
}

TEST(Corrector, takes_from_the_arena_what_it_costs) {
  for (const SubtractKind kind :
       {SubtractKind::dark_file, SubtractKind::mean_of_first, SubtractKind::range, SubtractKind::sliding_mean}) {
    subtract(kind);
    const Bytes before = arena.used();
    const Corrector<std::uint8_t> corrector(arena, config, maps, pixels);
    CHECK_EQUAL(Corrector<std::uint8_t>::cost(config, pixels).count, (arena.used() - before).count);
  }
}
