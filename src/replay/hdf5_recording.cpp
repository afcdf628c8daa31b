#include "replay/hdf5_recording.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/unique_fd.hpp"
#include "hdf5/error.hpp"
#include "replay/hdf5_frames.hpp"
#include "replay/hdf5_storage.hpp"

namespace tarsier {
namespace {

constexpr std::uint64_t times_at_once = 1024;

Result<void> check_library() {
  hbool_t safe = false;
  if (H5is_library_threadsafe(&safe) >= 0 && safe) return {};
  return failure("this HDF5 library may be used by one thread only; install one that is thread-safe (libhdf5-103-1)");
}

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

// /timestamps when it is a list of floats of that length; else empty.
DatasetHandle open_timestamps(hid_t file, std::uint64_t frames) {
  DatasetHandle dataset(H5Dopen2(file, "timestamps", H5P_DEFAULT));
  if (!dataset) return {};
  const DataspaceHandle space(H5Dget_space(dataset.get()));
  const DatatypeHandle type(H5Dget_type(dataset.get()));
  const bool fits = H5Sget_simple_extent_ndims(space.get()) == 1 && H5Tget_class(type.get()) == H5T_FLOAT &&
                    H5Sget_simple_extent_npoints(space.get()) == static_cast<hssize_t>(frames);
  return fits ? std::move(dataset) : DatasetHandle();
}

// Height and width of a dataset of one frame.
Result<std::array<hsize_t, 2>> shape_of_single(const DatasetHandle& dataset) {
  const DataspaceHandle space(H5Dget_space(dataset.get()));
  std::array<hsize_t, 2> shape{};
  if (H5Sget_simple_extent_ndims(space.get()) != 2 ||
      H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr) < 0) {
    return failure("it is not of shape (height, width)");
  }
  return shape;
}

}  // namespace

bool is_hdf5(const std::filesystem::path& path) {
  constexpr std::array<char, 8> signature{'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
  FileOperations& files = system_files();
  const UniqueFd file(files.open(path.c_str(), O_RDONLY | O_CLOEXEC, 0));
  if (!file) return false;
  std::array<char, signature.size()> found{};
  // A user block is 512 bytes or a doubling of that.
  for (off_t offset = 0;; offset = offset == 0 ? 512 : 2 * offset) {
    const ssize_t count = files.pread(file.get(), found.data(), found.size(), offset);
    if (count < static_cast<ssize_t>(found.size())) return false;
    if (found == signature) return true;
  }
}

Result<std::unique_ptr<Hdf5Recording>> Hdf5Recording::open(const std::filesystem::path& path,
                                                           const std::string& dataset) {
  if (auto safe = check_library(); !safe) return unexpected(std::move(safe.error()));
  std::unique_ptr<Hdf5Recording> recording(new Hdf5Recording);
  auto input = Hdf5Input::open(path);
  if (!input) return unexpected(std::move(input.error()));
  recording->input_ = std::move(*input);
  if (auto opened = recording->open_frames(dataset); !opened) return unexpected(std::move(opened.error()));
  if (auto learned = recording->learn_time(); !learned) return unexpected(std::move(learned.error()));
  return recording;
}

Result<void> Hdf5Recording::open_frames(const std::string& dataset) {
  auto found = find_frames(input_->get(), dataset);
  if (!found) return unexpected(std::move(found.error()));
  single_ = std::move(found->single);
  if (found->stack.empty()) return open_single();
  auto stack = Hdf5Stack::open(*input_, found->stack);
  if (!stack) return unexpected(std::move(stack.error()));
  stack_ = std::move(*stack);
  facts_.size = stack_->size();
  facts_.format = stack_->format();
  facts_.frames = stack_->frames();
  facts_.memory_bytes = stack_->memory().count;
  return {};
}

// The first dataset says what all have to be.
Result<void> Hdf5Recording::open_single() {
  const DatasetHandle dataset(H5Dopen2(input_->get(), single_.front().c_str(), H5P_DEFAULT));
  const auto format = pixel_of(dataset);
  if (!format) return unexpected(format.error());
  const auto shape = shape_of_single(dataset);
  if (!shape) return unexpected(shape.error());
  const auto [height, width] = *shape;
  if (auto fits = check_size(width, height, *format); !fits) return fits;
  facts_.size = {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
  facts_.format = *format;
  facts_.frames = single_.size();
  // The library's copy, as it lies in the file and undone; the names.
  facts_.memory_bytes = 2 * facts_.frame_bytes() + single_.size() * 64;
  return {};
}

Result<void> Hdf5Recording::learn_time() {
  const hid_t file = input_->get();
  timestamps_ = open_timestamps(file, facts_.frames);
  double interval = root_number(file, "frame_interval");
  facts_.interval_source = IntervalSource::attribute;
  if (!(interval > 0 && std::isfinite(interval)) && timestamps_ && facts_.frames > 1) {
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

Result<void> Hdf5Recording::read(std::uint64_t index, std::span<std::byte> pixels) {
  if (stack_) return stack_->read(index, pixels);
  if (index >= single_.size() || pixels.size() != facts_.frame_bytes()) return misuse("there is no such frame");
  return read_single(single_[index], pixels);
}

Result<void> Hdf5Recording::read_single(const std::string& path, std::span<std::byte> pixels) const {
  quiet_hdf5();
  const DatasetHandle dataset(H5Dopen2(input_->get(), path.c_str(), H5P_DEFAULT));
  if (!dataset) return hdf5_failure(path);
  const auto format = pixel_of(dataset);
  const auto shape = shape_of_single(dataset);
  const bool same = format && shape && *format == facts_.format && (*shape)[0] == facts_.size.height_px &&
                    (*shape)[1] == facts_.size.width_px;
  if (!same) return failure(path + " is not of the first frame's size and type");
  if (auto stored = check_stored(*input_, dataset.get()); !stored) {
    return unexpected(std::move(stored.error()).within(path));
  }
  const hid_t type = facts_.format == PixelFormat::gray8 ? H5T_NATIVE_UINT8 : H5T_NATIVE_UINT16;
  if (H5Dread(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pixels.data()) < 0) {
    return hdf5_failure(path + ": HDF5 cannot read it");
  }
  return {};
}

Result<void> Hdf5Recording::read_times(std::uint64_t first, std::span<double> seconds) const {
  quiet_hdf5();
  const hsize_t start = first;
  const hsize_t count = seconds.size();
  const DataspaceHandle file_space(H5Dget_space(timestamps_.get()));
  const DataspaceHandle memory_space(H5Screate_simple(1, &count, nullptr));
  if (H5Sselect_hyperslab(file_space.get(), H5S_SELECT_SET, &start, nullptr, &count, nullptr) < 0 ||
      H5Dread(timestamps_.get(), H5T_NATIVE_DOUBLE, memory_space.get(), file_space.get(), H5P_DEFAULT, seconds.data()) <
          0) {
    return hdf5_failure("HDF5 cannot read its timestamps");
  }
  return {};
}

// NaN where it can't be read.
double Hdf5Recording::seconds_at(std::uint64_t index) {
  const std::uint64_t first = index - index % times_at_once;
  if (first_second_ != first) {
    seconds_.assign(std::min(times_at_once, facts_.frames - first), std::nan(""));
    if (!read_times(first, seconds_)) std::fill(seconds_.begin(), seconds_.end(), std::nan(""));
    first_second_ = first;
  }
  return seconds_[index - first];
}

Nanoseconds Hdf5Recording::time(std::uint64_t index) {
  constexpr double longest_s = 9e9;  // what int64 nanoseconds hold, nearly
  if (!timestamps_) return Recording::time(index);
  const double seconds = seconds_at(index);
  if (std::isfinite(seconds) && std::abs(seconds) < longest_s) {
    last_time_ = Nanoseconds(std::llround(seconds * 1e9));
  } else {
    last_time_ += Nanoseconds(std::llround(facts_.frame_interval_s * 1e9));
  }
  return last_time_;
}

}  // namespace tarsier
