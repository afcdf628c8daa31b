#include "replay/hdf5_stack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "hdf5/error.hpp"
#include "replay/hdf5_frames.hpp"
#include "replay/hdf5_storage.hpp"

namespace tarsier {
namespace {

// The buffer holds the frames of a chunk, so that no chunk is undone twice, as long as that is not more than this.
constexpr Bytes largest_buffer = mebibytes(64);

hid_t native_type(PixelFormat format) { return format == PixelFormat::gray8 ? H5T_NATIVE_UINT8 : H5T_NATIVE_UINT16; }

}  // namespace

Result<Hdf5Stack> Hdf5Stack::open(Hdf5Input& input, const std::string& path) {
  quiet_hdf5();
  Hdf5Stack stack(input);
  stack.dataset_ = DatasetHandle(H5Dopen2(input.get(), path.c_str(), H5P_DEFAULT));
  if (!stack.dataset_) return hdf5_failure("its frames cannot be opened");
  const auto format = pixel_of(stack.dataset_);
  if (!format) return unexpected(format.error());
  stack.format_ = *format;
  if (auto learned = stack.learn_shape(); !learned) return unexpected(std::move(learned.error()));
  if (auto learned = stack.learn_layout(); !learned) return unexpected(std::move(learned.error()));
  stack.choose_batch();
  return stack;
}

Result<void> Hdf5Stack::learn_shape() {
  const DataspaceHandle space(H5Dget_space(dataset_.get()));
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank != 3) {
    return failure(fmt::format("its frames have {} dimensions; they have to have 3: frames, height, width", rank));
  }
  std::array<hsize_t, 3> shape{};
  if (H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr) < 0) return hdf5_failure("its shape");
  const auto [frames, height, width] = shape;
  if (frames == 0) return failure("it holds no frame");
  if (auto fits = check_size(width, height, format_); !fits) return fits;
  frames_ = frames;
  size_ = {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
  frame_bytes_ = image_bytes(format_, size_.width_px, size_.height_px);
  return {};
}

Result<void> Hdf5Stack::learn_layout() {
  const PropertiesHandle properties(H5Dget_create_plist(dataset_.get()));
  const DatatypeHandle type(H5Dget_type(dataset_.get()));
  const bool native = H5Tequal(type.get(), native_type(format_)) > 0;
  if (H5Pget_layout(properties.get()) == H5D_CHUNKED) {
    chunks_may_be_plain_ = native;
    return learn_chunks(properties.get());
  }
  if (auto stored = check_layout_stored(dataset_.get()); !stored) return stored;
  const haddr_t offset = H5Dget_offset(dataset_.get());
  if (native && offset != HADDR_UNDEF) contiguous_offset_ = offset;
  return {};
}

Result<void> Hdf5Stack::learn_chunks(hid_t properties) {
  std::array<hsize_t, 3>& chunk = chunk_;
  if (H5Pget_chunk(properties, 3, chunk.data()) != 3) return hdf5_failure("the chunks of its frames");
  const int filters = H5Pget_nfilters(properties);
  if (filters < 0 || filters > 32) return hdf5_failure("the filters of its frames");
  filters_ = static_cast<unsigned>(filters);
  frames_per_chunk_ = chunk[0];
  chunk_bytes_ = chunk[0] * chunk[1] * chunk[2] * line_bytes(format_, 1);
  chunks_may_be_plain_ = chunks_may_be_plain_ && chunk[1] == size_.height_px && chunk[2] == size_.width_px;
  if (Bytes{chunk_bytes_} <= largest_piece) return {};
  return failure(fmt::format("its chunks take {} each; at most {} can be read; make them smaller (h5repack -l)",
                             to_text(Bytes{chunk_bytes_}), to_text(largest_piece)));
}

void Hdf5Stack::choose_batch() {
  const std::uint64_t room = std::max<std::uint64_t>(largest_buffer.count / frame_bytes(), 1);
  batch_ = std::clamp<std::uint64_t>(frames_per_chunk_, 1, std::min(room, frames_));
}

Bytes Hdf5Stack::memory() const {
  // HDF5 holds a chunk as it lies in the file and as it is undone.
  return Bytes{(batch_ > 1 ? batch_ * frame_bytes() : 0) + 2 * chunk_bytes_};
}

Result<void> Hdf5Stack::read(std::uint64_t index, std::span<std::byte> pixels) {
  if (index >= frames_ || pixels.size() != frame_bytes()) return misuse("there is no such frame");
  if (chunk_bytes_ > 0) look_up(index / frames_per_chunk_);
  if (layer_.unwritten) return never_written();
  if (const auto offset = plain_offset(index)) {
    if (input_->read(*offset, pixels)) return {};
    return failure("the file ends before it");
  }
  if (!has_in_batch(index)) return read_slab(index, 1, pixels);
  std::memcpy(pixels.data(), &buffer_[index % batch_ * frame_bytes()], frame_bytes());
  return {};
}

std::optional<std::uint64_t> Hdf5Stack::plain_offset(std::uint64_t index) const {
  if (contiguous_offset_) return *contiguous_offset_ + index * frame_bytes();
  if (!layer_.plain_offset) return std::nullopt;
  return *layer_.plain_offset + index % frames_per_chunk_ * frame_bytes();
}

void Hdf5Stack::look_up(std::uint64_t layer) {
  if (layer_.number == layer) return;
  layer_ = {.number = layer};
  const std::array<hsize_t, 3> first{layer * frames_per_chunk_, 0, 0};
  if (!chunks_may_be_plain_) {
    const std::array<hsize_t, 3> extent{1, size_.height_px, size_.width_px};
    layer_.unwritten = lacks_chunk(*input_, dataset_.get(), first, extent, chunk_);
    return;
  }
  const StoredChunk found = input_->find_chunk(dataset_.get(), first, filters_);
  layer_.unwritten = found.kind == ChunkKind::absent;
  if (found.kind == ChunkKind::plain && found.place.bytes == chunk_bytes_) layer_.plain_offset = found.place.offset;
}

// Reads the frame's batch where that was not done yet. False: the frame has to be read alone.
bool Hdf5Stack::has_in_batch(std::uint64_t index) {
  const std::uint64_t batch = index / batch_;
  if (batch_ == 1 || damaged_ == batch) return false;
  if (buffered_ == batch) return true;
  buffer_.resize(batch_ * frame_bytes());
  const std::uint64_t first = batch * batch_;
  buffered_.reset();
  if (read_slab(first, std::min(batch_, frames_ - first), buffer_)) {
    buffered_ = batch;
  } else {
    damaged_ = batch;
  }
  return buffered_ == batch;
}

Result<void> Hdf5Stack::read_slab(std::uint64_t first, std::uint64_t count, std::span<std::byte> pixels) const {
  quiet_hdf5();
  const std::array<hsize_t, 3> start{first, 0, 0};
  const std::array<hsize_t, 3> extent{count, size_.height_px, size_.width_px};
  const DataspaceHandle file_space(H5Dget_space(dataset_.get()));
  const DataspaceHandle memory_space(H5Screate_simple(3, extent.data(), nullptr));
  if (H5Sselect_hyperslab(file_space.get(), H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr) < 0 ||
      H5Dread(dataset_.get(), native_type(format_), memory_space.get(), file_space.get(), H5P_DEFAULT, pixels.data()) <
          0) {
    return hdf5_failure("HDF5 cannot read it");
  }
  return {};
}

}  // namespace tarsier
