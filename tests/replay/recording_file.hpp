// Writes HDF5 recordings for tests.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hdf5/handle.hpp"

namespace tarsier {

struct RecordingShape {
  std::string dataset = "frames";
  std::vector<hsize_t> shape{10, 6, 8};
  std::optional<std::array<hsize_t, 3>> chunk = std::nullopt;  // none: contiguous
  unsigned deflate = 0;                                        // 0: no filter
  hid_t type = H5T_STD_U8LE;
  std::optional<double> frame_interval = std::nullopt;
  std::vector<double> timestamps{};
  hsize_t user_block = 0;
};

// Pixel p of frame i is recording_pixel(i, p), cut to the type. Groups on the way are made.
void write_recording(const std::filesystem::path& path, const RecordingShape& shape);
// The same of three dimensions, of which only those boxes are ever written; nothing of an empty one.
struct WrittenBox {
  std::array<hsize_t, 3> first;
  std::array<hsize_t, 3> extent;
};
void write_parts(const std::filesystem::path& path, const RecordingShape& shape, const std::vector<WrittenBox>& boxes);
[[nodiscard]] inline std::uint16_t recording_pixel(std::uint64_t frame, std::uint64_t pixel) {
  return static_cast<std::uint16_t>(frame * 1031 + pixel * 7 + 3);
}

// Frames as datasets of their own: `names` in a file, of height x width; frame i is the i-th name.
void write_single_frames(const std::filesystem::path& path, const std::vector<std::string>& names, hsize_t height,
                         hsize_t width);

// Where chunk number `index` of /frames lies in the file, and how long it is.
struct ChunkPlace {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};
[[nodiscard]] ChunkPlace chunk_place(const std::filesystem::path& path, hsize_t index);

// Overwrites bytes of a file with 0xFF.
void damage(const std::filesystem::path& path, std::uint64_t offset, std::uint64_t bytes);

}  // namespace tarsier
