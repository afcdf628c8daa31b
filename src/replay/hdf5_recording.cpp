#include "replay/hdf5_recording.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string>

#include "hdf5/error.hpp"

namespace tarsier {
namespace {

// The largest width and height; together with largest_piece it keeps the arithmetic within bounds.
constexpr hsize_t largest_side_px = 65536;

bool is_dataset(hid_t file, const char* path) {
  H5O_info_t info;
  return H5Oget_info_by_name2(file, path, &info, H5O_INFO_BASIC, H5P_DEFAULT) >= 0 && info.type == H5O_TYPE_DATASET;
}

bool has(hid_t file, const char* path) { return H5Lexists(file, path, H5P_DEFAULT) > 0; }

// The root attribute of that name as a number, or NaN.
double root_number(hid_t file, const char* name) {
  double value = std::nan("");
  if (H5Aexists(file, name) <= 0) return value;
  const AttributeHandle attribute(H5Aopen(file, name, H5P_DEFAULT));
  const DataspaceHandle space(H5Aget_space(attribute.get()));
  const DatatypeHandle type(H5Aget_type(attribute.get()));
  const H5T_class_t kind = H5Tget_class(type.get());
  if (H5Sget_simple_extent_npoints(space.get()) != 1 || (kind != H5T_FLOAT && kind != H5T_INTEGER)) return value;
  if (H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, &value) < 0) return std::nan("");
  return value;
}

// "int16", "float64" of a number, else a word for its class.
std::string describe_type(hid_t type) {
  const std::size_t bits = 8 * H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_INTEGER: return fmt::format("{}int{}", H5Tget_sign(type) == H5T_SGN_NONE ? "u" : "", bits);
    case H5T_FLOAT: return fmt::format("float{}", bits);
    case H5T_COMPOUND: return "compounds";
    case H5T_STRING: return "strings";
    default: return "something else";
  }
}

// Reads `count` entries along the first dimension from `first` on.
Result<void> read_slab(const DatasetHandle& dataset, hid_t memory_type, std::span<const hsize_t> first,
                       std::span<const hsize_t> count, void* out) {
  quiet_hdf5();
  const auto rank = static_cast<int>(count.size());
  const DataspaceHandle file_space(H5Dget_space(dataset.get()));
  const DataspaceHandle memory_space(H5Screate_simple(rank, count.data(), nullptr));
  if (H5Sselect_hyperslab(file_space.get(), H5S_SELECT_SET, first.data(), nullptr, count.data(), nullptr) < 0 ||
      H5Dread(dataset.get(), memory_type, memory_space.get(), file_space.get(), H5P_DEFAULT, out) < 0) {
    return hdf5_failure("HDF5 cannot read it");
  }
  return {};
}

}  // namespace

Result<Hdf5Recording> Hdf5Recording::open(const std::filesystem::path& path) {
  quiet_hdf5();
  Hdf5Recording recording;
  recording.file_ = FileHandle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  if (!recording.file_) return hdf5_failure("HDF5 cannot open it");
  for (const auto step : {&Hdf5Recording::open_frames, &Hdf5Recording::learn_type, &Hdf5Recording::learn_shape,
                          &Hdf5Recording::learn_layout, &Hdf5Recording::learn_time}) {
    if (auto done = (recording.*step)(); !done) return unexpected(std::move(done.error()));
  }
  return recording;
}

Result<void> Hdf5Recording::open_frames() {
  const hid_t file = file_.get();
  const bool at_root = has(file, "frames") && is_dataset(file, "frames");
  facts_.below_images = !at_root && has(file, "images") && has(file, "images/frames");
  if (!at_root && !facts_.below_images) {
    return failure("it has no dataset /frames or /images/frames of shape (frames, height, width)");
  }
  frames_ = DatasetHandle(H5Dopen2(file, at_root ? "frames" : "images/frames", H5P_DEFAULT));
  if (!frames_) return hdf5_failure("its frames cannot be opened");
  return {};
}

Result<void> Hdf5Recording::learn_type() {
  const DatatypeHandle type(H5Dget_type(frames_.get()));
  const std::size_t bytes = type ? H5Tget_size(type.get()) : 0;
  const bool counts = H5Tget_class(type.get()) == H5T_INTEGER && H5Tget_sign(type.get()) == H5T_SGN_NONE;
  if (!counts || (bytes != 1 && bytes != 2)) {
    return failure(fmt::format("its frames are {}; they have to be uint8 or uint16", describe_type(type.get())));
  }
  facts_.pixel = bytes == 1 ? StoredPixel::gray8 : StoredPixel::gray16;
  return {};
}

Result<void> Hdf5Recording::learn_shape() {
  const DataspaceHandle space(H5Dget_space(frames_.get()));
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank != 3) {
    return failure(fmt::format("its frames have {} dimensions; they have to have 3: frames, height, width", rank));
  }
  std::array<hsize_t, 3> shape{};
  if (H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr) < 0) return hdf5_failure("its shape");
  const auto [frames, height, width] = shape;
  if (frames == 0) return failure("it holds no frame");
  if (height == 0 || width == 0 || height > largest_side_px || width > largest_side_px) {
    return failure(
        fmt::format("its frames are {}x{} pixels; 1 to {} each way can be read", width, height, largest_side_px));
  }
  facts_.frames = frames;
  facts_.size = {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
  if (Bytes{facts_.frame_bytes()} <= largest_piece) return {};
  return failure(fmt::format("one frame of it takes {}; at most {} can be read", to_text(Bytes{facts_.frame_bytes()}),
                             to_text(largest_piece)));
}

Result<void> Hdf5Recording::learn_layout() {
  const PropertiesHandle properties(H5Dget_create_plist(frames_.get()));
  switch (H5Pget_layout(properties.get())) {
    case H5D_CHUNKED: return learn_chunks(properties.get());
    case H5D_COMPACT: return {};
    case H5D_CONTIGUOUS:
      if (H5Pget_external_count(properties.get()) == 0) return {};
      return failure("its frames lie in other files; copy them into this one (h5repack)");
    case H5D_VIRTUAL:
      return failure(
          "its frames are a virtual dataset, whose missing parts read as zeros; replay the files it is made of");
    default: return hdf5_failure("the layout of its frames");
  }
}

Result<void> Hdf5Recording::learn_chunks(hid_t properties) {
  std::array<hsize_t, 3> chunk{};
  if (H5Pget_chunk(properties, 3, chunk.data()) != 3) return hdf5_failure("the chunks of its frames");
  facts_.frames_per_chunk = chunk[0];
  facts_.chunk_bytes = chunk[0] * chunk[1] * chunk[2] * bytes_per_pixel(facts_.pixel);
  if (Bytes{facts_.chunk_bytes} <= largest_piece) return {};
  return failure(fmt::format("its chunks take {} each; at most {} can be read; make them smaller (h5repack -l)",
                             to_text(Bytes{facts_.chunk_bytes}), to_text(largest_piece)));
}

Result<void> Hdf5Recording::learn_time() {
  const hid_t file = file_.get();
  if (has(file, "timestamps") && is_dataset(file, "timestamps")) {
    timestamps_ = DatasetHandle(H5Dopen2(file, "timestamps", H5P_DEFAULT));
    const DataspaceHandle space(H5Dget_space(timestamps_.get()));
    const DatatypeHandle type(H5Dget_type(timestamps_.get()));
    facts_.timestamps = H5Sget_simple_extent_ndims(space.get()) == 1 && H5Tget_class(type.get()) == H5T_FLOAT &&
                        H5Sget_simple_extent_npoints(space.get()) == static_cast<hssize_t>(facts_.frames);
  }
  double interval = root_number(file, "frame_interval");
  facts_.interval_source = IntervalSource::attribute;
  if (!(interval > 0 && std::isfinite(interval)) && facts_.timestamps && facts_.frames > 1) {
    double first = 0, last = 0;
    if (auto read = read_times(0, {&first, 1}); !read) return read;
    if (auto read = read_times(facts_.frames - 1, {&last, 1}); !read) return read;
    interval = (last - first) / static_cast<double>(facts_.frames - 1);
    facts_.interval_source = IntervalSource::timestamps;
  }
  const bool known = interval > 0 && std::isfinite(interval);
  facts_.frame_interval_s = known ? interval : 1.0;
  if (!known) facts_.interval_source = IntervalSource::assumed;
  return {};
}

Result<void> Hdf5Recording::read_frames(std::uint64_t first, std::uint64_t count, std::span<std::byte> pixels) const {
  if (pixels.size() < count * facts_.frame_bytes()) return misuse("the buffer is too small for the frames");
  const std::array<hsize_t, 3> start{first, 0, 0};
  const std::array<hsize_t, 3> extent{count, facts_.size.height_px, facts_.size.width_px};
  const hid_t type = facts_.pixel == StoredPixel::gray8 ? H5T_NATIVE_UINT8 : H5T_NATIVE_UINT16;
  return read_slab(frames_, type, start, extent, pixels.data());
}

Result<void> Hdf5Recording::read_times(std::uint64_t first, std::span<double> seconds) const {
  const hsize_t start = first;
  const hsize_t count = seconds.size();
  return read_slab(timestamps_, H5T_NATIVE_DOUBLE, {&start, 1}, {&count, 1}, seconds.data());
}

}  // namespace tarsier
