// The fused pass against a loop that only reads the frames, against the same in OpenCV, and against itself with more
// regions, on one core: `./dev bench`.
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "bench/flat_field_chain.hpp"
#include "bench/frames.hpp"
#include "bench/measure.hpp"
#include "kernels/instruction_set.hpp"
#include "kernels/reduce.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace tarsier;

namespace {

constexpr ImageSize plate{1224, 1024};

// What the pass costs at least: each byte of both frames is loaded once.
#if defined(__x86_64__)
[[gnu::target("avx512f")]] void read_frames_avx512(const std::uint8_t* a, const std::uint8_t* b, std::size_t bytes) {
  __m512i all[4] = {};
  for (std::size_t i = 0; i + 128 <= bytes; i += 128) {
    for (std::size_t line = 0; line < 128; line += 64) {
      _mm_prefetch(reinterpret_cast<const char*>(a + i + line + 2560), _MM_HINT_T0);
      _mm_prefetch(reinterpret_cast<const char*>(b + i + line + 2560), _MM_HINT_T0);
      const auto at = line / 64;
      all[at] = _mm512_or_si512(all[at], _mm512_loadu_si512(a + i + line));
      all[at + 2] = _mm512_or_si512(all[at + 2], _mm512_loadu_si512(b + i + line));
    }
  }
  const __m512i seen = _mm512_or_si512(_mm512_or_si512(all[0], all[1]), _mm512_or_si512(all[2], all[3]));
  asm volatile("" : : "v"(seen));
}

[[gnu::target("avx2")]] void read_frames_avx2(const std::uint8_t* a, const std::uint8_t* b, std::size_t bytes) {
  __m256i all[4] = {};
  for (std::size_t i = 0; i + 64 <= bytes; i += 64) {
    _mm_prefetch(reinterpret_cast<const char*>(a + i + 2560), _MM_HINT_T0);
    _mm_prefetch(reinterpret_cast<const char*>(b + i + 2560), _MM_HINT_T0);
    for (std::size_t half = 0; half < 2; ++half) {
      const std::size_t at = i + 32 * half;
      all[half] = _mm256_or_si256(all[half], _mm256_loadu_si256(reinterpret_cast<const __m256i*>(a + at)));
      all[half + 2] = _mm256_or_si256(all[half + 2], _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b + at)));
    }
  }
  const __m256i seen = _mm256_or_si256(_mm256_or_si256(all[0], all[1]), _mm256_or_si256(all[2], all[3]));
  asm volatile("" : : "x"(seen));
}

void read_frames(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  if (instruction_sets().back() == InstructionSet::avx512) return read_frames_avx512(a.data(), b.data(), a.size());
  read_frames_avx2(a.data(), b.data(), a.size());
}
#else
void read_frames(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  std::uint8_t seen = 0;
  for (std::size_t i = 0; i < a.size(); ++i) seen |= a[i] | b[i];
  asm volatile("" : : "r"(seen));
}
#endif

// Two frames that no other turn has.
struct Pair {
  Pair(FrameSet& frames, std::size_t turn) : current(frames.frame(2 * turn)), previous(frames.frame(2 * turn + 1)) {}
  std::span<const std::uint8_t> current, previous;
};

void fused(const Pair& pair, ImageSize size, const RegionTable& table) {
  Totals whole;
  std::vector<Totals> regions(table.pixels.size());
  const FramePass<std::uint8_t> pass{.current = pair.current,
                                     .previous = pair.previous,
                                     .corrected = {},
                                     .size = size,
                                     .threshold = 15,
                                     .table = &table};
  reduce(pass, {0, size.height_px}, whole, regions);
  asm volatile("" : : "r"(regions.data()) : "memory");
}

struct Temperature {
  std::string name;
  FrameSet& frames;
  std::size_t in_batch;
  double wanted;
};

void against_reading(const Temperature& temperature) {
  const RegionTable six = wells(plate, 3, 2, 190);
  compare(
      {"fused pass 1224x1024, 6 regions, " + temperature.name, "loop that only reads both frames", temperature.wanted,
       101, temperature.in_batch},
      [&](std::size_t turn) {
        fused({temperature.frames, turn}, plate, six);
      },
      [&](std::size_t turn) {
        const Pair pair(temperature.frames, turn);
        read_frames(pair.current, pair.previous);
      });
}

// Regions of equal summed area: 24 of them, 96, and 24 of which twelve lie over the other twelve.
void against_itself(FrameSet& frames) {
  const RegionTable six = wells(plate, 3, 2, 190), plate_24 = wells(plate, 6, 4, 95),
                    plate_96 = wells(plate, 12, 8, 48, true), overlapping = wells(plate, 3, 4, 95, false, 2);
  const auto with = [&](const RegionTable& table) {
    return [&](std::size_t turn) { fused({frames, turn}, plate, table); };
  };
  compare({"24 regions of the same area, cold", "6 regions", 0.87, 101, 1}, with(plate_24), with(six));
  compare({"96 regions of the same area, cold", "6 regions", 0.77, 101, 1}, with(plate_96), with(six));
  compare({"24 regions, half of them over the others, cold", "24 side by side", 0.97, 101, 1}, with(overlapping),
          with(plate_24));
}

void opencv_statistics(std::span<std::uint8_t> pixels) {
  const cv::Mat frame(static_cast<int>(plate.height_px), static_cast<int>(plate.width_px), CV_8UC1, pixels.data());
  cv::Scalar mean, deviation;
  double least = 0, greatest = 0;
  cv::meanStdDev(frame, mean, deviation);
  cv::minMaxLoc(frame, &least, &greatest);
}

void whole_frame_statistics(const Temperature& temperature) {
  compare(
      {"statistics of a whole frame, " + temperature.name, "OpenCV meanStdDev + minMaxLoc", temperature.wanted, 101,
       temperature.in_batch},
      [&](std::size_t turn) {
        Totals whole;
        const FramePass<std::uint8_t> pass{
            .current = temperature.frames.frame(turn), .previous = {}, .corrected = {}, .size = plate};
        reduce(pass, {0, plate.height_px}, whole, {});
      },
      [&](std::size_t turn) { opencv_statistics(temperature.frames.frame(turn)); });
}

// The chain in OpenCV as somebody who knows it would: every step in place, float maps, masks within their boxes.
class OpenCvChain {
 public:
  OpenCvChain() : dark_(rows, columns, CV_32F, cv::Scalar(4)), gain_(rows, columns, CV_32F) {
    for (int i = 0; i < rows * columns; ++i)
      gain_.at<float>(i / columns, i % columns) = static_cast<float>(7000 + i % 2400) / 8192;
    for (int well = 0; well < 24; ++well) {
      const cv::Point centre((2 * (well % 6) + 1) * columns / 12, (2 * (well / 6) + 1) * rows / 8);
      boxes_.emplace_back(centre.x - 120, centre.y - 120, 241, 241);
      cv::Mat mask = cv::Mat::zeros(241, 241, CV_8UC1);
      cv::circle(mask, {120, 120}, 120, cv::Scalar(255), cv::FILLED);
      masks_.push_back(mask);
    }
  }
  void take(std::span<std::uint8_t> rgb) {
    const cv::Mat colour(rows, columns, CV_8UC3, rgb.data());
    cv::Mat& current = corrected_[++turn_ % 2];
    cv::cvtColor(colour, gray_, cv::COLOR_RGB2GRAY);
    gray_.convertTo(work_, CV_32F);
    cv::subtract(work_, dark_, work_);
    cv::multiply(work_, gain_, work_);
    work_.convertTo(current, CV_8U);
    const cv::Mat& previous = corrected_[(turn_ + 1) % 2];
    if (previous.empty()) return;
    cv::absdiff(current, previous, difference_);
    cv::threshold(difference_, changed_, 15, 1, cv::THRESH_BINARY);
    measure_all(current);
  }

 private:
  void measure_all(const cv::Mat& current) {
    cv::Scalar mean, deviation;
    double least = 0, greatest = 0;
    cv::meanStdDev(current, mean, deviation);
    cv::minMaxLoc(current, &least, &greatest);
    sums_[0] = cv::sum(difference_) + cv::sum(changed_);
    for (std::size_t well = 0; well < 24; ++well) {
      cv::meanStdDev(current(boxes_[well]), mean, deviation, masks_[well]);
      cv::minMaxLoc(current(boxes_[well]), &least, &greatest, nullptr, nullptr, masks_[well]);
      sums_[well] = cv::mean(difference_(boxes_[well]), masks_[well]) + cv::mean(changed_(boxes_[well]), masks_[well]);
    }
  }

  static constexpr int rows = static_cast<int>(full_hd.height_px), columns = static_cast<int>(full_hd.width_px);
  cv::Mat dark_, gain_, gray_, work_, difference_, changed_;
  std::array<cv::Mat, 2> corrected_;
  std::size_t turn_ = 0;
  std::vector<cv::Rect> boxes_;
  std::vector<cv::Mat> masks_;
  std::array<cv::Scalar, 24> sums_;
};

void flat_field(const Temperature& temperature) {
  FlatFieldChain chain;
  OpenCvChain reference;
  compare(
      {"1920x1080 RGB24, flat field, 24 regions, " + temperature.name, "OpenCV in place, one thread",
       temperature.wanted, temperature.in_batch == 1 ? 61U : 11U, temperature.in_batch},
      [&](std::size_t turn) { chain.take(temperature.frames.frame(turn)); },
      [&](std::size_t turn) { reference.take(temperature.frames.frame(turn)); });
}

void all_of(InstructionSet set, FrameSet& cold, FrameSet& warm) {
  use_instruction_set(set);
  fmt::print("{}\n", to_text(set));
  const bool best = set == InstructionSet::avx512;
  against_reading({"cold", cold, 1, best ? 0.65 : 0.55});
  against_reading({"warm", warm, 12, best ? 0.45 : 0.28});
  against_itself(cold);
  whole_frame_statistics({"warm", warm, 12, 4});
  whole_frame_statistics({"cold", cold, 1, 0});
  FrameSet warm_rgb = FrameSet::warm(3 * full_hd.pixels());
  FrameSet cold_rgb = FrameSet::cold(3 * full_hd.pixels());
  flat_field({"warm", warm_rgb, 24, best ? 12.0 : 8.0});
  flat_field({"cold", cold_rgb, 1, 0});
}

}  // namespace

int main() {
  pin_to_one_core();
  cv::setNumThreads(1);
  fmt::print("{}, one core; medians (10 % .. 90 %)\n", processor_name());
  FrameSet cold = FrameSet::cold(plate.pixels());
  FrameSet warm = FrameSet::warm(plate.pixels());
  for (const InstructionSet set : instruction_sets()) {
    if (set != InstructionSet::baseline || instruction_sets().size() == 1) all_of(set, cold, warm);
  }
}
