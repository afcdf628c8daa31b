// A recording in an HDF5 file, open for reading: the dataset /frames or /images/frames of shape (N, H, W), and what
// the file says about time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "frame/frame_view.hpp"
#include "hdf5/handle.hpp"

namespace tarsier {

// Where the time between frames comes from.
enum class IntervalSource : std::uint8_t {
  attribute,   // the root attribute frame_interval
  timestamps,  // the mean distance of /timestamps
  assumed,     // the file says nothing: one second
};

// What a recording holds. Trivially copyable: it crosses a pipe as it is.
struct Hdf5Facts {
  ImageSize size;
  StoredPixel pixel = StoredPixel::gray8;
  bool below_images = false;  // /images/frames rather than /frames
  bool timestamps = false;    // /timestamps has a time for every frame
  IntervalSource interval_source = IntervalSource::assumed;
  std::uint64_t frames = 0;
  double frame_interval_s = 1;
  std::uint64_t frames_per_chunk = 1;  // 1 when the dataset isn't chunked
  std::uint64_t chunk_bytes = 0;       // uncompressed; 0 when it isn't chunked
  bool operator==(const Hdf5Facts&) const = default;

  [[nodiscard]] std::uint64_t frame_bytes() const { return size.pixels() * bytes_per_pixel(pixel); }
};

// One thread at a time. HDF5 may crash or hang on malformed files: probe a stranger's file first (hdf5_probe.hpp).
class Hdf5Recording {
 public:
  // The largest frame and chunk that are read.
  static constexpr Bytes largest_piece = mebibytes(256);

  // Errors give the reason only, without the path. Accepts uint8 and uint16 of either byte order, chunked with any
  // filter that the library can undo, contiguous or compact; not virtual or external datasets, whose missing parts
  // read as zeros.
  [[nodiscard]] static Result<Hdf5Recording> open(const std::filesystem::path& path);

  [[nodiscard]] const Hdf5Facts& facts() const { return facts_; }
  // Frames first .. first + count - 1 into `pixels` (count * frame_bytes(); uint16 in native order). Allocates nothing
  // of ours; HDF5 takes a chunk or two.
  [[nodiscard]] Result<void> read_frames(std::uint64_t first, std::uint64_t count, std::span<std::byte> pixels) const;
  // Their times in seconds as the file has them; facts().timestamps holds.
  [[nodiscard]] Result<void> read_times(std::uint64_t first, std::span<double> seconds) const;

 private:
  Hdf5Recording() = default;
  [[nodiscard]] Result<void> open_frames();
  [[nodiscard]] Result<void> learn_type();
  [[nodiscard]] Result<void> learn_shape();
  [[nodiscard]] Result<void> learn_layout();
  [[nodiscard]] Result<void> learn_chunks(hid_t properties);
  [[nodiscard]] Result<void> learn_time();

  FileHandle file_;
  DatasetHandle frames_;
  DatasetHandle timestamps_;
  Hdf5Facts facts_;
};

}  // namespace tarsier
