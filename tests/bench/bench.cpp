// How fast the inner loops are on this machine: `./dev bench`.
#include <cstring>
#include <random>
#include <span>

#include "base/hash.hpp"
#include "base/named_thread.hpp"
#include "base/spsc_queue.hpp"
#include "bench/measure.hpp"
#include "kernels/convert.hpp"
#include "kernels/reduce.hpp"

using namespace tarsier;

namespace {

std::vector<std::byte> noise(std::size_t bytes, unsigned seed) {
  std::vector<std::byte> data(bytes);
  std::minstd_rand random(seed);
  for (std::byte& value : data) value = static_cast<std::byte>(random() >> 8);
  return data;
}

std::span<const std::uint8_t> pixels(const std::vector<std::byte>& data) {
  return {reinterpret_cast<const std::uint8_t*>(data.data()), data.size()};
}

void bench_convert(const std::string& name, PixelFormat format, ConvertPlan plan = {}) {
  constexpr ImageSize size{1920, 1080};
  plan.crop_width_px = size.width_px;
  plan.crop_height_px = size.height_px;
  plan.pixel = natural_pixel(format);
  const std::size_t line = line_bytes(format, size.width_px);
  const auto source = noise(line * size.height_px, 1);
  std::vector<std::byte> out(converted_size(plan).pixels() * bytes_per_pixel(plan.pixel));
  std::vector<std::byte> scratch(convert_scratch_bytes(plan));
  FrameView view{format, size.width_px, size.height_px, {}};
  view.planes[0] = {source.data(), static_cast<std::ptrdiff_t>(line)};
  measure("convert 1920x1080 " + name, source.size(), [&] { convert(plan, view, out, scratch); });
}

void bench_conversions() {
  for (const PixelFormat format :
       {PixelFormat::gray8, PixelFormat::yuy2, PixelFormat::rgb24, PixelFormat::bgrx32, PixelFormat::gray_raw10,
        PixelFormat::gray_raw12, PixelFormat::bayer_rggb8, PixelFormat::bayer_rggb16, PixelFormat::bayer_rggb_raw10}) {
    bench_convert(std::string(to_text(format)), format);
  }
  bench_convert("bayer_rggb8, superpixel", PixelFormat::bayer_rggb8, {.bayer = BayerMethod::superpixel});
  bench_convert("bayer_rggb16, superpixel", PixelFormat::bayer_rggb16, {.bayer = BayerMethod::superpixel});
  bench_convert("gray8, bin 2", PixelFormat::gray8, {.bin = 2});
  bench_convert("gray8, bin 4", PixelFormat::gray8, {.bin = 4});
  bench_convert("gray16, bin 2", PixelFormat::gray16, {.bin = 2});
  bench_convert("gray8, rotate 90", PixelFormat::gray8, {.rotate_deg = 90});
  bench_convert("gray8, rotate 180", PixelFormat::gray8, {.rotate_deg = 180});
  bench_convert("gray16, rotate 270", PixelFormat::gray16, {.rotate_deg = 270});
}

// Six wells of a plate, as in a rig of the field.
RegionTable six_wells(ImageSize size) {
  std::vector<RegionMask> masks;
  for (int well = 0; well < 6; ++well) {
    RegionMask mask;
    mask.name = "well";
    mask.spans = circle_spans(size, 204 + (well % 3) * 408, 256 + (well / 3) * 512, 190);
    masks.push_back(std::move(mask));
  }
  return region_table(masks);
}

void bench_reduce() {
  constexpr ImageSize size{1224, 1024};
  const auto current = noise(size.pixels(), 1);
  const auto previous = noise(size.pixels(), 2);
  const RegionTable table = six_wells(size);
  std::vector<Totals> regions(6);
  measure("reduce 1224x1024 gray8, 6 regions", current.size(), [&] {
    Totals whole;
    const FramePass<std::uint8_t> pass{.current = pixels(current),
                                       .previous = pixels(previous),
                                       .corrected = {},
                                       .size = size,
                                       .threshold = 15,
                                       .table = &table};
    reduce(pass, {0, size.height_px}, whole, regions);
  });
}

void bench_memory() {
  const auto source = noise(1920 * 1080, 1);
  std::vector<std::byte> out(source.size());
  measure("copy 1920x1080 bytes (for comparison)", source.size(),
          [&] { std::memcpy(out.data(), source.data(), source.size()); });
  volatile std::uint64_t hash = 0;
  measure("xxh3 of 1920x1080 bytes", source.size(), [&] { hash = xxh3_64(source); });
}

void bench_queue() {
  constexpr std::uint64_t count = 10000;
  measure("queue, 10,000 values between two threads", count * sizeof(std::uint64_t), [&] {
    SpscQueue<std::uint64_t> queue(1024);
    RingCursors& cursors = queue.cursors();
    NamedThread producer("producer", [&] {
      for (std::uint64_t value = 0; value < count;) {
        const auto ticket = cursors.freed().ticket();
        if (queue.push(value)) {
          ++value;
        } else {
          cursors.freed().wait(ticket, std::chrono::seconds(1));
        }
      }
    });
    for (std::uint64_t taken = 0; taken < count;) {
      const auto ticket = cursors.filled().ticket();
      if (queue.pop()) {
        ++taken;
      } else {
        cursors.filled().wait(ticket, std::chrono::seconds(1));
      }
    }
  });
}

}  // namespace

int main() {
  fmt::print("{}\n{:<44} {:>12}  {:>12} .. {:<9}\n", processor_name(), "", "median", "fastest", "slowest");
  bench_queue();  // of two threads, so before all stay on one core
  pin_to_one_core();
  bench_memory();
  bench_conversions();
  bench_reduce();
}
