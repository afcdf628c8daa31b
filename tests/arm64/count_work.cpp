// Does one piece of work a number of times, so that an emulator can count its instructions: count_work NAME TURNS.
// Without arguments it lists the names, each with the pixels of one turn.
#include <fmt/format.h>

#include <cstdlib>
#include <string_view>
#include <vector>

#include "kernels/convert.hpp"
#include "kernels/reduce.hpp"

using namespace tarsier;

namespace {

// What pixels hold makes no difference: no loop branches on them.
std::vector<std::byte> pixels_of(std::size_t bytes, int value) {
  return std::vector<std::byte>(bytes, static_cast<std::byte>(value));
}

// A frame of that format into a stored one.
void convert_turns(PixelFormat format, ImageSize size, ConvertPlan plan, int turns) {
  plan.crop_width_px = size.width_px;
  plan.crop_height_px = size.height_px;
  plan.pixel = natural_pixel(format);
  const std::size_t line = line_bytes(format, size.width_px);
  const auto source = pixels_of(line * size.height_px, 100);
  std::vector<std::byte> out(converted_size(plan).pixels() * bytes_per_pixel(plan.pixel));
  std::vector<std::byte> scratch(convert_scratch_bytes(plan));
  FrameView view{format, size.width_px, size.height_px, {}};
  view.planes[0] = {source.data(), static_cast<std::ptrdiff_t>(line)};
  for (int turn = 0; turn < turns; ++turn) convert(plan, view, out, scratch);
}

// Six wells that cover 54 % of the frame.
RegionTable six_wells(ImageSize size) {
  std::vector<RegionMask> masks;
  for (int well = 0; well < 6; ++well) {
    RegionMask mask;
    mask.spans = circle_spans(size, 204 + (well % 3) * 408, 256 + (well / 3) * 512, 190);
    mask.pixels = count_pixels(mask.spans);
    masks.push_back(std::move(mask));
  }
  return region_table(masks);
}

// The fused pass: activity, changed pixels and statistics of the frame and of six regions.
void reduce_turns(ImageSize size, int turns) {
  const auto current = pixels_of(size.pixels(), 100), previous = pixels_of(size.pixels(), 120);
  const auto pixels = [&](const std::vector<std::byte>& frame) {
    return std::span(reinterpret_cast<const std::uint8_t*>(frame.data()), size.pixels());
  };
  const RegionTable table = six_wells(size);
  FramePass<std::uint8_t> pass;
  pass.current = pixels(current);
  pass.previous = pixels(previous);
  pass.size = size;
  pass.threshold = 15;
  pass.table = &table;
  std::vector<Totals> regions(6);
  Totals whole;
  for (int turn = 0; turn < turns; ++turn) reduce(pass, {0, size.height_px}, whole, regions);
}

constexpr ImageSize part_of_hd{1920, 64};
constexpr ImageSize plate{1224, 1024};

struct Work {
  const char* name;
  ImageSize size;
  void (*turns)(int);
};

constexpr Work works[] = {
    {"rgb24 to gray", part_of_hd, [](int turns) { convert_turns(PixelFormat::rgb24, part_of_hd, {}, turns); }},
    {"bgrx32 to gray", part_of_hd, [](int turns) { convert_turns(PixelFormat::bgrx32, part_of_hd, {}, turns); }},
    {"yuy2 to gray", part_of_hd, [](int turns) { convert_turns(PixelFormat::yuy2, part_of_hd, {}, turns); }},
    {"raw10 to gray16", part_of_hd, [](int turns) { convert_turns(PixelFormat::gray_raw10, part_of_hd, {}, turns); }},
    {"bayer8 bilinear", part_of_hd, [](int turns) { convert_turns(PixelFormat::bayer_rggb8, part_of_hd, {}, turns); }},
    {"bayer8 superpixel", part_of_hd,
     [](int turns) { convert_turns(PixelFormat::bayer_rggb8, part_of_hd, {.bayer = BayerMethod::superpixel}, turns); }},
    {"gray8 bin 2", part_of_hd, [](int turns) { convert_turns(PixelFormat::gray8, part_of_hd, {.bin = 2}, turns); }},
    {"gray8 rotate 90", part_of_hd,
     [](int turns) { convert_turns(PixelFormat::gray8, part_of_hd, {.rotate_deg = 90}, turns); }},
    {"fused pass, 6 regions", plate, [](int turns) { reduce_turns(plate, turns); }},
};

}  // namespace

int main(int count, char** arguments) {
  for (const Work& work : works) {
    if (count != 3) fmt::print("{}\t{}\n", work.name, work.size.pixels());
    if (count == 3 && std::string_view(arguments[1]) == work.name) work.turns(std::atoi(arguments[2]));
  }
}
