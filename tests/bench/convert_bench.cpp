// Gray of 1920x1080 RGB24 against libyuv's RAWToJ400 and OpenCV's cvtColor, on one core: `./dev bench`.
#include <libyuv.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <random>

#include "bench/measure.hpp"
#include "kernels/convert.hpp"
#include "kernels/instruction_set.hpp"

using namespace tarsier;

namespace {

constexpr int width = 1920;
constexpr int height = 1080;
constexpr std::size_t gray_bytes = std::size_t{width} * height;
constexpr std::size_t rgb_bytes = 3 * gray_bytes;

// Frames with a place for the gray of each.
struct FrameSet {
  explicit FrameSet(std::size_t frames) : count(frames), rgb(frames * rgb_bytes), gray(frames * gray_bytes) {
    std::minstd_rand random(1);
    for (std::uint8_t& value : rgb) value = static_cast<std::uint8_t>(random() >> 8);
  }
  [[nodiscard]] std::uint8_t* rgb_of(std::size_t turn) { return rgb.data() + turn % count * rgb_bytes; }
  [[nodiscard]] std::uint8_t* gray_of(std::size_t turn) { return gray.data() + turn % count * gray_bytes; }
  std::size_t count;
  std::vector<std::uint8_t> rgb, gray;
};

// libyuv chooses by itself among what it was built with.
std::string libyuv_choice() {
  return libyuv::TestCpuFlag(libyuv::kCpuHasAVX2) != 0    ? "AVX2"
         : libyuv::TestCpuFlag(libyuv::kCpuHasSSSE3) != 0 ? "SSSE3"
         : libyuv::TestCpuFlag(libyuv::kCpuHasNEON) != 0  ? "NEON"
                                                          : "plain";
}

void libyuv_gray(FrameSet& set, std::size_t turn) {
  libyuv::RAWToJ400(set.rgb_of(turn), 3 * width, set.gray_of(turn), width, width, height);
}

void opencv_gray(FrameSet& set, std::size_t turn) {
  const cv::Mat rgb(height, width, CV_8UC3, set.rgb_of(turn));
  cv::Mat gray(height, width, CV_8UC1, set.gray_of(turn));
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
}

struct Wanted {
  double libyuv, opencv;
};

void contest(const std::string& name, FrameSet& set, std::size_t in_batch, Wanted wanted) {
  const ConvertPlan plan{.crop_width_px = width, .crop_height_px = height};
  std::vector<std::byte> scratch(convert_scratch_bytes(plan));
  const auto ours = [&](std::size_t turn) {
    FrameView frame{.format = PixelFormat::rgb24, .width_px = width, .height_px = height, .planes = {}};
    frame.planes[0] = {reinterpret_cast<const std::byte*>(set.rgb_of(turn)), 3 * width};
    convert(plan, frame, {reinterpret_cast<std::byte*>(set.gray_of(turn)), gray_bytes}, scratch);
  };
  compare({name, "libyuv RAWToJ400 (" + libyuv_choice() + ")", wanted.libyuv, 101, in_batch}, ours,
          [&](std::size_t turn) { libyuv_gray(set, turn); });
  compare({name, std::string("OpenCV ") + CV_VERSION + " cvtColor, one thread", wanted.opencv, 101, in_batch}, ours,
          [&](std::size_t turn) { opencv_gray(set, turn); });
}

// Nothing is wanted of the version that only very old processors take.
Wanted wanted_of(InstructionSet set, bool cold) {
  if (set == InstructionSet::baseline) return {0, 0};
  if (cold) return {1.0, 1.5};
  return {set == InstructionSet::avx512 ? 1.6 : 1.1, 2.0};
}

}  // namespace

int main() {
  pin_to_one_core();
  cv::setNumThreads(1);
  fmt::print(
      "{}\n1920x1080 RGB24 to gray: our time, and how many times faster than the reference; median (10 % .. 90 %)\n",
      processor_name());
  FrameSet warm(3);
  FrameSet cold(80);
  fmt::print("warm: {} frames; cold: {} frames of together {} MiB\n", warm.count, cold.count,
             (cold.rgb.size() + cold.gray.size()) >> 20);
  for (const InstructionSet set : instruction_sets()) {
    use_instruction_set(set);
    contest(fmt::format("{}, warm", to_text(set)), warm, 6, wanted_of(set, false));
    contest(fmt::format("{}, cold", to_text(set)), cold, 1, wanted_of(set, true));
  }
}
