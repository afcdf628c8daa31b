// The median of each pixel over a few frames. Pure; exact; allocates nothing; any thread.
#pragma once

#include <cstdint>
#include <span>

namespace tarsier {

// Frames that median() takes at most.
inline constexpr std::size_t median_frames = 31;

// out[i] = the median of frames[..][i]; the lower middle one of an even count. 1 to median_frames frames, each as long
// as `out`.
void median(std::span<const std::span<const std::uint8_t>> frames, std::span<std::uint8_t> out);
void median(std::span<const std::span<const std::uint16_t>> frames, std::span<std::uint16_t> out);

}  // namespace tarsier
