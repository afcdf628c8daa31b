#include "kernels/samples.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/versions.hpp"

namespace tarsier {
namespace {

static_assert(std::endian::native == std::endian::little, "16-bit samples are little endian in sources and in slots");

// `pixels` samples of `bits` each have their upper 8 bits in a byte of their own, and share one more for the others.
template <std::uint32_t pixels>
struct Group {
  static constexpr std::uint32_t bytes = pixels + 1;
  static constexpr std::uint32_t low_bits = 8 / pixels;
  static constexpr std::uint32_t low_mask = (1U << low_bits) - 1;
};

template <std::uint32_t pixels>
std::uint16_t packed_sample(const std::uint8_t* line, std::size_t x) {
  using G = Group<pixels>;
  const std::uint8_t* group = line + x / pixels * G::bytes;
  const auto i = static_cast<std::uint32_t>(x % pixels);
  const std::uint32_t high = std::uint32_t{group[i]} << G::low_bits;
  return static_cast<std::uint16_t>(high | (std::uint32_t{group[pixels]} >> (G::low_bits * i) & G::low_mask));
}

using Bytes16 [[gnu::vector_size(16)]] = std::uint8_t;
using Words8 [[gnu::vector_size(16)]] = std::uint16_t;

// Eight samples at a time: word i is the sample's byte above the shared byte. Shifted left until the sample's own low
// bits are the upper ones of the lower byte, they are next to each other.
TARSIER_LOOP Words8 unpack_8(Bytes16 bytes, std::integral_constant<std::uint32_t, 4>) {
  const auto words =
      std::bit_cast<Words8>(__builtin_shufflevector(bytes, bytes, 4, 0, 4, 1, 4, 2, 4, 3, 9, 5, 9, 6, 9, 7, 9, 8));
  const Words8 move{64, 16, 4, 1, 64, 16, 4, 1};
  return (words >> 6 & 0x3FC) | ((words * move) >> 6 & 3);
}
TARSIER_LOOP Words8 unpack_8(Bytes16 bytes, std::integral_constant<std::uint32_t, 2>) {
  const auto words =
      std::bit_cast<Words8>(__builtin_shufflevector(bytes, bytes, 2, 0, 2, 1, 5, 3, 5, 4, 8, 6, 8, 7, 11, 9, 11, 10));
  const Words8 move{16, 1, 16, 1, 16, 1, 16, 1};
  return (words >> 4 & 0xFF0) | ((words * move) >> 4 & 15);
}

// From a group's beginning on. 16 bytes are loaded for 8 samples, so the last ones go one by one.
template <std::uint32_t pixels>
TARSIER_LOOP void unpack_loop(const std::uint8_t* line, std::uint16_t* samples, std::size_t count) {
  constexpr std::size_t step_bytes = 8 / pixels * Group<pixels>::bytes;
  const std::size_t bytes = (count + pixels - 1) / pixels * Group<pixels>::bytes;
  std::size_t x = 0;
  for (std::size_t at = 0; x + 8 <= count && at + sizeof(Bytes16) <= bytes; x += 8, at += step_bytes) {
    Bytes16 packed;
    std::memcpy(&packed, line + at, sizeof(packed));
    const Words8 unpacked = unpack_8(packed, std::integral_constant<std::uint32_t, pixels>{});
    std::memcpy(samples + x, &unpacked, sizeof(unpacked));
  }
  for (; x < count; ++x) samples[x] = packed_sample<pixels>(line, x);
}

TARSIER_LOOP void unpack_raw10_loop(const std::uint8_t* line, std::uint16_t* samples, std::size_t count) {
  unpack_loop<4>(line, samples, count);
}
TARSIER_VERSIONS(void, unpack_raw10, (const std::uint8_t* line, std::uint16_t* samples, std::size_t count),
                 (line, samples, count))
TARSIER_LOOP void unpack_raw12_loop(const std::uint8_t* line, std::uint16_t* samples, std::size_t count) {
  unpack_loop<2>(line, samples, count);
}
TARSIER_VERSIONS(void, unpack_raw12, (const std::uint8_t* line, std::uint16_t* samples, std::size_t count),
                 (line, samples, count))

// Single samples up to a group's beginning, then groups.
template <std::uint32_t pixels, typename Unpack>
void read_packed(const std::uint8_t* line, std::size_t first, std::span<std::uint16_t> samples, Unpack unpack) {
  const std::size_t single = std::min((pixels - first % pixels) % pixels, samples.size());
  for (std::size_t i = 0; i < single; ++i) samples[i] = packed_sample<pixels>(line, first + i);
  const std::size_t group = (first + single) / pixels;
  unpack(line + group * Group<pixels>::bytes, samples.data() + single, samples.size() - single);
}

}  // namespace

void read_samples(const std::byte* line, Packing packing, std::uint32_t first, std::span<std::uint16_t> samples) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(line);
  switch (packing) {
    case Packing::raw10: return read_packed<4>(bytes, first, samples, unpack_raw10);
    case Packing::raw12: return read_packed<2>(bytes, first, samples, unpack_raw12);
    case Packing::words: std::memcpy(samples.data(), bytes + std::size_t{2} * first, samples.size_bytes()); return;
    case Packing::bytes: return;  // are no samples of more than 8 bits; the caller has checked it
  }
}

}  // namespace tarsier
