// The mean of the frames in a window that moves with time, at the same cost whatever its length. Pure; exact integers;
// allocates nothing; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <type_traits>

namespace tarsier {

template <typename Pixel>
using SlidingSum = std::conditional_t<sizeof(Pixel) == 1, std::uint16_t, std::uint32_t>;

// Frames in a window at most, so that their sum fits: 257 for uint8, 65537 for uint16 pixels.
template <typename Pixel>
inline constexpr std::uint32_t largest_window = sizeof(Pixel) == 1 ? 257 : 65537;

// sums[i] += incoming[i] - outgoing[i]; mean[i] = (2 sums[i] + n) / (2 n), the mean rounded half up of the n = count
// frames that the sums hold afterwards. `outgoing` is empty while the window is not full. All are as long as `sums`.
void slide(std::span<const std::uint8_t> incoming, std::span<const std::uint8_t> outgoing, std::uint32_t count,
           std::span<std::uint16_t> sums, std::span<std::uint8_t> mean);
void slide(std::span<const std::uint16_t> incoming, std::span<const std::uint16_t> outgoing, std::uint32_t count,
           std::span<std::uint32_t> sums, std::span<std::uint16_t> mean);

}  // namespace tarsier
