// Running sums and extremes of each pixel over many frames. Pure; exact integers; allocates nothing; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <type_traits>

namespace tarsier {

template <typename Pixel>
using SumOfSquares = std::conditional_t<sizeof(Pixel) == 1, std::uint32_t, std::uint64_t>;

// One value a pixel; what is empty is not wanted.
template <typename Pixel>
struct ProjectionSums {
  std::span<std::uint32_t> sum;
  std::span<SumOfSquares<Pixel>> sum_sq;
  std::span<Pixel> min;
  std::span<Pixel> max;
};

// Frames whose sums fit.
inline constexpr std::uint32_t projection_frames = 65536;
// Frames that add_frames() takes at once.
inline constexpr std::uint32_t projection_visit_frames = 8;

// Sets the sums of no frame: 0, 0, the largest pixel, 0.
void begin(const ProjectionSums<std::uint8_t>& sums);
void begin(const ProjectionSums<std::uint16_t>& sums);

// Adds 1 to projection_visit_frames frames, each at least as long as the sums, all in one visit of the sums; at most
// projection_frames frames from begin() on.
void add_frames(std::span<const std::span<const std::uint8_t>> frames, const ProjectionSums<std::uint8_t>& sums);
void add_frames(std::span<const std::span<const std::uint16_t>> frames, const ProjectionSums<std::uint16_t>& sums);

// Population standard deviation of `count` frames, sqrt(n sum_sq - sum^2) / n: the difference is an exact integer, the
// root and the quotient are taken in doubles, and the result is rounded to float: the same on every processor.
// mean_of_sums() in reduce.hpp gives the means.
void deviation_of_sums(std::span<const std::uint32_t> sum, std::span<const std::uint32_t> sum_sq, std::uint32_t count,
                       std::span<float> deviation);
void deviation_of_sums(std::span<const std::uint32_t> sum, std::span<const std::uint64_t> sum_sq, std::uint32_t count,
                       std::span<float> deviation);

}  // namespace tarsier
