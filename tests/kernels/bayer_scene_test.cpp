// One scene in the four Bayer orders, where it is at hand.
#include <CppUTest/TestHarness.h>

#include <filesystem>
#include <fstream>

#include "kernels/kernel_twins.hpp"

using namespace tarsier;

namespace {

constexpr ImageSize scene{768, 512};

std::filesystem::path scene_file(std::string_view order) {
  const std::filesystem::path folder = TARSIER_SOURCE_DIR "/../shared/data/D10_isp_bayer14";
  return folder / ("DSC_1339_768x512_" + std::string(order) + ".raw");
}

std::vector<char> read_samples_of(std::string_view order) {
  std::vector<char> bytes(2 * scene.pixels());
  std::ifstream(scene_file(order), std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

std::vector<std::uint16_t> superpixels(std::string_view order, const std::vector<char>& samples) {
  FrameView frame{.format = *pixel_format_from("bayer_" + std::string(order) + "16"),
                  .width_px = scene.width_px,
                  .height_px = scene.height_px,
                  .planes = {}};
  frame.planes[0] = {reinterpret_cast<const std::byte*>(samples.data()), 2 * scene.width_px};
  const ConvertPlan plan{.crop_width_px = scene.width_px,
                         .crop_height_px = scene.height_px,
                         .pixel = StoredPixel::gray16,
                         .bayer = BayerMethod::superpixel};
  return converted(plan, frame);
}

}  // namespace

TEST_GROUP(BayerScene){};

// The four files hold the same samples, each square of 2x2 rearranged: the squares of all have the same gray.
TEST(BayerScene, four_orders_of_one_scene_give_the_same_superpixels) {
  if (!std::filesystem::exists(scene_file("rggb"))) {
    UT_PRINT("skipped: the scene in four Bayer orders is not here");
    return;
  }
  const auto first = read_samples_of("rggb");
  const auto expected = superpixels("rggb", first);
  for (const std::string_view order : {"bggr", "gbrg", "grbg"}) {
    const auto samples = read_samples_of(order);
    CHECK_TRUE(samples != first);
    CHECK_TRUE_TEXT(superpixels(order, samples) == expected, std::string(order).c_str());
    CHECK_TRUE(superpixels("rggb", samples) != expected);  // the order matters
  }
}
