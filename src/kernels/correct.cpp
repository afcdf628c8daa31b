#include "kernels/correct.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

#include "kernels/versions.hpp"

namespace tarsier {
namespace {

// What a loop is compiled for: which maps there are, and whether an offset lifts what is darker than the background.
enum class Subtract : std::uint8_t { nothing, map, background };

// Pixels between two looks ahead.
constexpr std::size_t block_pixels = 64;

template <typename Pixel>
struct Maps {
  const Subtrahend<Pixel>* subtrahend;
  const Pixel* background;
  const Factor<Pixel>* factor;
  std::uint32_t amount_q8;
  std::int32_t offset;
};

template <Subtract subtract, typename Pixel>
TARSIER_LOOP Subtrahend<Pixel> subtrahend_of(const Maps<Pixel>& maps, std::size_t i) {
  if constexpr (subtract == Subtract::map) return maps.subtrahend[i];
  if constexpr (subtract == Subtract::background) {
    return static_cast<Subtrahend<Pixel>>(maps.amount_q8 * maps.background[i]);
  }
  return 0;
}

template <bool divide, typename Pixel>
TARSIER_LOOP Factor<Pixel> factor_of(const Maps<Pixel>& maps, std::size_t i) {
  if constexpr (divide) return maps.factor[i];
  return Factor<Pixel>{1} << factor_bits<Pixel>;
}

// Everything stays within 16 bits, of which a vector holds most: products are kept by their upper halves.
template <bool lift>
TARSIER_LOOP std::uint8_t corrected(std::uint8_t in, std::uint16_t subtrahend, std::uint16_t factor,
                                    std::int32_t offset) {
  const auto scaled = static_cast<std::uint16_t>(in << 8);
  const auto above = static_cast<std::uint16_t>(std::max(scaled, subtrahend) - subtrahend);
  const auto high = static_cast<std::uint16_t>((std::uint32_t{above} * factor) >> 16);
  const auto value = static_cast<std::uint16_t>(static_cast<std::uint16_t>(high + 16) >> 5);
  if constexpr (!lift) return static_cast<std::uint8_t>(std::min<std::uint16_t>(value, 255));
  // Below: floor(1/2 - x) is -floor(x + 1/2) but for the half itself, which the lower half of the product tells.
  const auto below = static_cast<std::uint16_t>(std::max(scaled, subtrahend) - scaled);
  const std::uint32_t product = std::uint32_t{below} * factor;
  const auto lower = static_cast<std::uint16_t>(product);
  const auto upper = static_cast<std::uint16_t>(product >> 16);
  const auto depth = static_cast<std::uint16_t>(static_cast<std::uint16_t>(upper + 15 + (lower != 0 ? 1 : 0)) >> 5);
  const auto sum = static_cast<std::int16_t>(value - depth + offset);
  const auto clamped = static_cast<std::uint8_t>(std::clamp<std::int16_t>(sum, 0, 255));
  return factor == 0 ? std::uint8_t{0} : clamped;
}

template <bool lift>
TARSIER_LOOP std::uint16_t corrected(std::uint16_t in, std::uint32_t subtrahend, std::uint32_t factor,
                                     std::int32_t offset) {
  const auto difference = static_cast<std::int32_t>(std::uint32_t{in} << 8) - static_cast<std::int32_t>(subtrahend);
  const std::int64_t product = std::int64_t{difference} * static_cast<std::int32_t>(factor) + (1 << 23);
  // The lower 32 bits are the same as after a shift that keeps the sign, which not every vector has for 64 bits.
  const auto value = static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::uint64_t>(product) >> 24));
  const auto clamped = static_cast<std::uint16_t>(std::clamp(value + offset, 0, 65535));
  return lift && factor == 0 ? std::uint16_t{0} : clamped;
}

template <Subtract subtract, bool divide, bool lift, typename Pixel>
TARSIER_LOOP void correct_stretch(const Pixel* in, const Maps<Pixel>& maps, Pixel* out, std::size_t first,
                                  std::size_t end) {
  // in may be out: each pixel depends on itself alone.
#pragma GCC ivdep
  for (std::size_t i = first; i < end; ++i) {
    out[i] = corrected<lift>(in[i], subtrahend_of<subtract>(maps, i), factor_of<divide>(maps, i), maps.offset);
  }
}

// A map is read once a frame, so it comes from far away: its lines are asked for ahead.
template <typename Value>
TARSIER_LOOP void prefetch_block(const Value* map) {
  constexpr std::size_t ahead_bytes = 2560;
  for (std::size_t byte = 0; byte < block_pixels * sizeof(Value); byte += 64) {
    __builtin_prefetch(reinterpret_cast<const std::byte*>(map) + ahead_bytes + byte);
  }
}

template <Subtract subtract, bool divide, bool lift, typename Pixel>
TARSIER_LOOP void correct_as(const Pixel* in, const Maps<Pixel>& given, Pixel* out, std::size_t count) {
  const Maps<Pixel> maps = given;
  std::size_t i = 0;
  for (; i + block_pixels <= count; i += block_pixels) {
    if constexpr (subtract == Subtract::map) prefetch_block(maps.subtrahend + i);
    if constexpr (subtract == Subtract::background) prefetch_block(maps.background + i);
    if constexpr (divide) prefetch_block(maps.factor + i);
    prefetch_block(in + i);
    correct_stretch<subtract, divide, lift>(in, maps, out, i, i + block_pixels);
  }
  correct_stretch<subtract, divide, lift>(in, maps, out, i, count);
}

template <Subtract subtract, bool divide, typename Pixel>
TARSIER_LOOP void correct_with(const Pixel* in, const Maps<Pixel>& maps, Pixel* out, std::size_t count) {
  if (maps.offset == 0) return correct_as<subtract, divide, false>(in, maps, out, count);
  correct_as<subtract, divide, true>(in, maps, out, count);
}

template <bool divide, typename Pixel>
TARSIER_LOOP void correct_from(const Pixel* in, const Maps<Pixel>& maps, Pixel* out, std::size_t count) {
  if (maps.subtrahend != nullptr) return correct_with<Subtract::map, divide>(in, maps, out, count);
  if (maps.background != nullptr) return correct_with<Subtract::background, divide>(in, maps, out, count);
  correct_with<Subtract::nothing, divide>(in, maps, out, count);
}

template <typename Pixel>
TARSIER_LOOP void correct_pixels_loop(const Pixel* in, const Maps<Pixel>& maps, Pixel* out, std::size_t count) {
  if (maps.factor != nullptr) return correct_from<true>(in, maps, out, count);
  correct_from<false>(in, maps, out, count);
}

TARSIER_VERSIONS(void, correct_pixels,
                 (const std::uint8_t* in, const Maps<std::uint8_t>& maps, std::uint8_t* out, std::size_t count),
                 (in, maps, out, count))
TARSIER_VERSIONS(void, correct_pixels,
                 (const std::uint16_t* in, const Maps<std::uint16_t>& maps, std::uint16_t* out, std::size_t count),
                 (in, maps, out, count))

// The map from `first` on; null when there is none.
template <typename Value>
const Value* from(std::span<const Value> map, std::size_t first) {
  return map.empty() ? nullptr : map.data() + first;
}

// No offset beyond it makes a difference: a value without it lies between -8 K and 8 K.
template <typename Pixel>
constexpr std::int32_t largest_offset = 9 * std::int32_t{std::numeric_limits<Pixel>::max()};

}  // namespace

template <typename Pixel>
void correct(std::span<const std::type_identity_t<Pixel>> in, const Correction<Pixel>& correction,
             std::size_t first_pixel, std::span<std::type_identity_t<Pixel>> out) {
  [[maybe_unused]] const std::size_t end = first_pixel + in.size();
  assert(in.size() == out.size() && correction.amount_q8 <= 256);
  assert(correction.subtrahend.empty() || correction.subtrahend.size() >= end);
  assert(correction.background.empty() || correction.background.size() >= end);
  assert(correction.factor.empty() || correction.factor.size() >= end);
  const std::int32_t limit = largest_offset<Pixel>;
  const Maps<Pixel> maps{from(correction.subtrahend, first_pixel), from(correction.background, first_pixel),
                         from(correction.factor, first_pixel), correction.amount_q8,
                         std::clamp(correction.offset, -limit, limit)};
  correct_pixels(in.data(), maps, out.data(), in.size());
}

template void correct<std::uint8_t>(std::span<const std::uint8_t>, const Correction<std::uint8_t>&, std::size_t,
                                    std::span<std::uint8_t>);
template void correct<std::uint16_t>(std::span<const std::uint16_t>, const Correction<std::uint16_t>&, std::size_t,
                                     std::span<std::uint16_t>);

}  // namespace tarsier
