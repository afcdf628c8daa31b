// A dataset of frames (N, H, W) in an HDF5 file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "hdf5/handle.hpp"
#include "replay/hdf5_input.hpp"
#include "replay/recording.hpp"

namespace tarsier {

// Frames that lie in the file as they are (contiguous, or whole in chunks without a filter or with all of them skipped)
// are read straight from it; all others by HDF5, the frames of a chunk at once. One thread at a time.
class Hdf5Stack {
 public:
  // Uint8 or uint16 of either byte order, in chunks with any filter that the library can undo, contiguous or compact;
  // not virtual or external datasets, whose missing parts read as zeros, nor one without storage. `input` outlives the
  // stack.
  [[nodiscard]] static Result<Hdf5Stack> open(Hdf5Input& input, const std::string& path);

  [[nodiscard]] ImageSize size() const { return size_; }
  [[nodiscard]] PixelFormat format() const { return format_; }
  [[nodiscard]] std::uint64_t frames() const { return frames_; }
  // What reading takes: the frames of a chunk, and what HDF5 needs to undo it.
  [[nodiscard]] Bytes memory() const;
  // Frame `index` into `pixels`, exactly its bytes. A frame of which a chunk was never written is an error.
  [[nodiscard]] Result<void> read(std::uint64_t index, std::span<std::byte> pixels);

 private:
  explicit Hdf5Stack(Hdf5Input& input) : input_(&input) {}
  [[nodiscard]] Result<void> learn_shape();
  [[nodiscard]] Result<void> learn_layout();
  [[nodiscard]] Result<void> learn_chunks(hid_t properties);
  void choose_batch();
  [[nodiscard]] std::uint64_t frame_bytes() const { return frame_bytes_; }
  // The chunks that hold frames layer * frames_per_chunk_ and on.
  void look_up(std::uint64_t layer);
  // After look_up().
  [[nodiscard]] std::optional<std::uint64_t> plain_offset(std::uint64_t index) const;
  [[nodiscard]] bool has_in_batch(std::uint64_t index);
  [[nodiscard]] Result<void> read_slab(std::uint64_t first, std::uint64_t count, std::span<std::byte> pixels) const;

  // Constant after open().
  Hdf5Input* input_;
  DatasetHandle dataset_;
  ImageSize size_;
  PixelFormat format_ = PixelFormat::gray8;
  std::uint64_t frames_ = 0;
  std::uint64_t frame_bytes_ = 0;
  std::array<hsize_t, 3> chunk_{};
  std::uint64_t frames_per_chunk_ = 1;
  std::uint64_t chunk_bytes_ = 0;  // undone; 0: no chunks
  unsigned filters_ = 0;
  bool chunks_may_be_plain_ = false;                // each holds whole frames in native order
  std::optional<std::uint64_t> contiguous_offset_;  // where the first frame lies
  // Of frames that HDF5 reads: those of a chunk, as many as largest_buffer holds.
  std::uint64_t batch_ = 1;
  std::vector<std::byte> buffer_;
  std::optional<std::uint64_t> buffered_;  // number of the batch in the buffer
  std::optional<std::uint64_t> damaged_;   // number of the last batch that could not be read at once
  struct Layer {
    std::optional<std::uint64_t> number = std::nullopt;
    std::optional<std::uint64_t> plain_offset = std::nullopt;  // where its first frame lies, when all lie there whole
    bool unwritten = false;                                    // in part at least
  };
  // That was looked up last.
  Layer layer_;
};

}  // namespace tarsier
