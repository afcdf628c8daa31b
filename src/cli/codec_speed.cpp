#include <random>

#include "cli/machine_speed.hpp"
#include "store/codec.hpp"

namespace tarsier {
namespace {

// What a dim infrared scene looks like to deflate: a slope of light, dark animals, and noise of about 2.4 levels
// standard deviation, the sum of three even ones.
std::vector<std::byte> noisy_scene() {
  std::minstd_rand random(1);
  std::vector<std::byte> pixels;
  pixels.reserve(gray_size.pixels());
  for (std::uint32_t y = 0; y < gray_size.height_px; ++y) {
    for (std::uint32_t x = 0; x < gray_size.width_px; ++x) {
      const bool animal = (x % 204 - 80) < 40 && (y % 256 - 100) < 25;
      const std::uint32_t light = 70 + x / 40 + y / 50;
      std::uint32_t noise = 0;
      for (int i = 0; i < 3; ++i) noise += static_cast<std::uint32_t>(random() >> 8) % 5;
      pixels.push_back(static_cast<std::byte>((animal ? light / 2 : light) + noise - 6));
    }
  }
  return pixels;
}

Result<CodecSpeed> codec_speed(Codec codec, std::uint32_t level, std::span<const std::byte> scene,
                               const Patience& patience) {
  auto coder = ChunkCodec::create(codec, level);
  if (!coder) return unexpected(std::move(coder.error()));
  std::vector<std::byte> coded(largest_coded(scene.size()));
  std::uint64_t bytes = 0;
  const double seconds =
      median_seconds(patience, [&](std::size_t) { bytes = coder->encode(StoredPixel::gray8, scene, coded).bytes; });
  const auto whole = static_cast<double>(scene.size());
  return CodecSpeed{codec, codec == Codec::deflate ? level : 0, whole / seconds, static_cast<double>(bytes) / whole};
}

}  // namespace

Result<std::vector<CodecSpeed>> codec_speeds(const Patience& patience) {
  const std::vector<std::byte> scene = noisy_scene();
  const Patience each{patience.least / 4, patience.stopped};
  std::vector<CodecSpeed> speeds;
  constexpr std::pair<Codec, std::uint32_t> kinds[] = {
      {Codec::none, 1}, {Codec::deflate, 1}, {Codec::deflate, 6}, {Codec::bitshuffle_lz4, 1}};
  for (const auto& [codec, level] : kinds) {
    const auto speed = codec_speed(codec, level, scene, each);
    if (!speed) return unexpected(speed.error());
    speeds.push_back(*speed);
  }
  return speeds;
}

}  // namespace tarsier
