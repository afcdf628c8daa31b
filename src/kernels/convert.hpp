// From a source's buffer to a stored frame: crop, gray, bin, rotate and flip in one pass. Pure; allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "frame/frame_view.hpp"

namespace tarsier {

// Geometry of a conversion, checked beforehand: the crop lies inside the source, bin is 1, 2 or 4, rotate_deg is 0,
// 90, 180 or 270, and superpixel is asked of Bayer formats only.
struct ConvertPlan {
  std::uint32_t crop_x_px = 0, crop_y_px = 0, crop_width_px = 0, crop_height_px = 0;
  std::uint32_t bin = 1;
  std::uint32_t rotate_deg = 0;  // clockwise, after binning
  StoredPixel pixel = StoredPixel::gray8;
  BayerMethod bayer = BayerMethod::bilinear;
  Flip flip = Flip::none;  // after rotation
};

// Width and height of the result: crop, halved by superpixel, / bin (each rounded down), swapped for 90 and 270
// degrees.
[[nodiscard]] ImageSize converted_size(const ConvertPlan& plan);

// Bytes of scratch that convert() needs, at any alignment: lines of samples, lines in gray before they are binned, and
// lines while they are turned.
[[nodiscard]] std::size_t convert_scratch_bytes(const ConvertPlan& plan);

// Writes the stored frame into `out`: converted_size pixels without padding, uint8 or little-endian uint16 as
// plan.pixel says. `frame` covers the crop; its format converts to plan.pixel (natural_pixel). Nothing beyond a line's
// last pixel, or its group where pixels are packed, is read. Gray of RGB is
//   (9798 R + 19235 G + 3735 B + 16384) >> 15
// (BT.601, equal to OpenCV's for all triples); of YUV the luma as it is; samples of more than 8 bits as they are. Bayer
// gives, with the same formula in as many bits as the samples have,
//   bilinear: luma at full resolution; R, G, B of each pixel are the rounded means of the nearest samples of that
//     colour in its 3x3 neighbourhood ((2 sum + n) / (2 n), mirrored at the border);
//   superpixel: one pixel of each 2x2 samples, which begin at the crop's corner, with G the mean of both,
//     (G1 + G2 + 1) >> 1.
// A bin is the mean of its pixels, (2 sum + n) / (2 n).
void convert(const ConvertPlan& plan, const FrameView& frame, std::span<std::byte> out, std::span<std::byte> scratch);

}  // namespace tarsier
