#include "daemon/camera_look.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "daemon/frame_grab.hpp"
#include "frame/noise_meter.hpp"
#include "kernels/reduce.hpp"

namespace tarsier {
namespace {

constexpr Nanoseconds longest_look = std::chrono::seconds(10);

template <typename Pixel>
class Looker {
 public:
  explicit Looker(const ResolvedCamera& camera)
      : size_(camera.stored),
        live_(camera.live()),
        largest_(largest_sample(camera.facts.format).value_or(UINT32_MAX)),
        previous_(size_.pixels()) {}

  void add(const SlotHeader& header, std::span<const std::byte> bytes) {
    const std::span<const Pixel> pixels(reinterpret_cast<const Pixel*>(bytes.data()), size_.pixels());
    Totals totals;
    FramePass<Pixel> pass;
    pass.current = pixels;
    if (look_.frames > 0) pass.previous = previous_;
    pass.size = size_;
    pass.table = &no_regions_;
    reduce(pass, {0, size_.height_px}, totals, {});
    const auto count = static_cast<double>(size_.pixels());
    if (look_.frames > 0) noise_.add(static_cast<double>(totals.abs_diff_sum) / count);
    look_.brightest_level = std::max<std::uint32_t>(look_.brightest_level, totals.max);
    means_.push_back(static_cast<double>(totals.sum) / count);
    saturated_ += static_cast<std::uint64_t>(std::ranges::count(pixels, largest_));
    std::ranges::copy(pixels, previous_.begin());
    if (look_.frames++ == 0) first_ns_ = header.sensor_ns;
    last_ns_ = header.sensor_ns;
  }

  CameraLook result(StoredPixel pixel) {
    const double frames = look_.frames;
    if (live_ && last_ns_ > first_ns_)
      look_.frames_per_s = (frames - 1) * 1e9 / static_cast<double>(last_ns_ - first_ns_);
    double sum = 0, sum_sq = 0;
    for (const double mean : means_) sum += mean;
    look_.mean_level = sum / frames;
    for (const double mean : means_) sum_sq += (mean - look_.mean_level) * (mean - look_.mean_level);
    look_.flicker_levels = std::sqrt(sum_sq / frames);
    look_.saturated_share = static_cast<double>(saturated_) / (frames * static_cast<double>(size_.pixels()));
    look_.difference_std = noise_.difference_std();
    look_.proposed_threshold = noise_.proposed_threshold(pixel);
    return look_;
  }

 private:
  const ImageSize size_;
  const bool live_;
  const std::uint32_t largest_;
  const RegionTable no_regions_ = region_table({});
  std::vector<Pixel> previous_;
  std::vector<double> means_;
  NoiseMeter noise_;
  std::uint64_t saturated_ = 0;
  std::int64_t first_ns_ = 0, last_ns_ = 0;
  CameraLook look_;
};

template <typename Pixel>
Result<CameraLook> look(const ResolvedCamera& camera, std::uint32_t frames, const std::atomic<StopRequest>& stop) {
  Looker<Pixel> looker(camera);
  const auto taken = grab_frames(camera, frames, longest_look, stop,
                                 [&](const SlotHeader& header, auto pixels) { looker.add(header, pixels); });
  if (!taken) return unexpected(taken.error());
  if (*taken == 0) return failure(camera.config.name + ": the source gave no frame");
  return looker.result(camera.config.convert.pixel);
}

}  // namespace

std::optional<std::uint32_t> largest_sample(PixelFormat format) {
  switch (format) {
    case PixelFormat::gray10: return 1023;
    case PixelFormat::gray12: return 4095;
    case PixelFormat::gray14: return 16383;
    default: break;
  }
  switch (packing(format)) {
    case Packing::bytes: return 255;
    case Packing::raw10: return 1023;
    case Packing::raw12: return 4095;
    case Packing::words: break;
  }
  return std::nullopt;
}

Result<CameraLook> look_at_camera(const ResolvedCamera& camera, std::uint32_t frames,
                                  const std::atomic<StopRequest>& stop) {
  return camera.config.convert.pixel == StoredPixel::gray8 ? look<std::uint8_t>(camera, frames, stop)
                                                           : look<std::uint16_t>(camera, frames, stop);
}

}  // namespace tarsier
