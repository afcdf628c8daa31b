#include "hdf5/series.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "hdf5/error.hpp"

namespace tarsier {
namespace {

// On the stack, because frames are written with them: nothing there may allocate.
struct Dimensions {
  std::array<hsize_t, H5S_MAX_RANK> sizes{};
  std::size_t rank = 0;

  [[nodiscard]] int count() const { return static_cast<int>(rank); }
  [[nodiscard]] const hsize_t* data() const { return sizes.data(); }
};

Dimensions dimensions(std::uint64_t first, const std::vector<std::uint64_t>& rest, std::uint64_t at_least) {
  Dimensions result;
  result.sizes[result.rank++] = first;
  for (const std::uint64_t size : rest) result.sizes[result.rank++] = std::max<hsize_t>(size, at_least);
  return result;
}

// Where entry `first` begins.
Dimensions origin(std::uint64_t first, std::size_t rank) {
  Dimensions result;
  result.sizes[0] = first;
  result.rank = rank;
  return result;
}

// Optional, for a chunk may be stored without them.
bool set_filters(const PropertiesHandle& properties, const SeriesFilters& filters) {
  return std::ranges::all_of(filters, [&](const SeriesFilter& filter) {
    return H5Pset_filter(properties.get(), filter.id, H5Z_FLAG_OPTIONAL, filter.values.size(), filter.values.data()) >=
           0;
  });
}

// HDF5 turns records from memory's form into the file's in a buffer. One of its own choice, 1 MiB, it would get from
// the kernel and give back at each append; one of this size it keeps.
constexpr std::size_t conversion_bytes = 64 * 1024;

PropertiesHandle transfer_properties() {
  PropertiesHandle properties(H5Pcreate(H5P_DATASET_XFER));
  if (H5Pset_buffer(properties.get(), conversion_bytes, nullptr, nullptr) < 0) return {};
  return properties;
}

PropertiesHandle creation_properties(const SeriesShape& shape, const SeriesFilters& filters) {
  PropertiesHandle properties(H5Pcreate(H5P_DATASET_CREATE));
  const auto chunk = dimensions(shape.entries_per_chunk, shape.entry, 1);
  // Attributes stay in the header, where readers of a growing file find them at once; no times, so that the same
  // recording makes the same bytes.
  const bool made = H5Pset_chunk(properties.get(), chunk.count(), chunk.data()) >= 0 &&
                    H5Pset_attr_phase_change(properties.get(), 1000, 0) >= 0 &&
                    H5Pset_obj_track_times(properties.get(), false) >= 0 && set_filters(properties, filters);
  return made ? std::move(properties) : PropertiesHandle();
}

}  // namespace

Series::Series(DatasetHandle dataset, RecordType type, std::string path, std::vector<std::uint64_t> entry,
               std::uint64_t length)
    : dataset_(std::move(dataset)),
      type_(std::move(type)),
      path_(std::move(path)),
      entry_(std::move(entry)),
      transfer_(transfer_properties()),
      length_(length) {}

// Not in the header: inlined into an expected they make GCC 12 warn of a delete that can't happen.
Series::Series(Series&&) noexcept = default;
Series& Series::operator=(Series&&) noexcept = default;
Series::~Series() = default;

Result<Series> Series::create(const FileHandle& file, const std::string& path, RecordType type, SeriesShape shape,
                              const SeriesFilters& filters) {
  quiet_hdf5();
  const PropertiesHandle properties = creation_properties(shape, filters);
  const auto now = dimensions(0, shape.entry, 0);
  // A dimension of no size at all can't be chunked; it may be up to 1 and is 0.
  const auto limit = dimensions(H5S_UNLIMITED, shape.entry, 1);
  const DataspaceHandle space(H5Screate_simple(now.count(), now.data(), limit.data()));
  DatasetHandle dataset;
  if (properties && space) {
    dataset = DatasetHandle(
        H5Dcreate2(file.get(), path.c_str(), type.file.get(), space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT));
  }
  if (!dataset) return hdf5_failure("create " + path);
  return Series(std::move(dataset), std::move(type), path, std::move(shape.entry), 0);
}

Result<Series> Series::open(const FileHandle& file, const std::string& path, RecordType type) {
  quiet_hdf5();
  DatasetHandle dataset(H5Dopen2(file.get(), path.c_str(), H5P_DEFAULT));
  if (!dataset) return hdf5_failure("open " + path);
  const DataspaceHandle space(H5Dget_space(dataset.get()));
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 1) return failure(path + ": has no dimension to grow along");
  std::vector<hsize_t> sizes(static_cast<std::size_t>(rank));
  if (H5Sget_simple_extent_dims(space.get(), sizes.data(), nullptr) < 0) return hdf5_failure("examine " + path);
  return Series(std::move(dataset), std::move(type), path, {sizes.begin() + 1, sizes.end()}, sizes.front());
}

Result<void> Series::extend(std::uint64_t length) {
  quiet_hdf5();
  const auto sizes = dimensions(length, entry_, 0);
  if (H5Dset_extent(dataset_.get(), sizes.data()) < 0) return hdf5_failure("extend " + path_);
  length_ = length;
  return {};
}

Series::Selection Series::select(std::uint64_t first, std::uint64_t count) const {
  const auto sizes = dimensions(count, entry_, 0);
  const auto start = origin(first, sizes.rank);
  Selection selection{DataspaceHandle(H5Dget_space(dataset_.get())),
                      DataspaceHandle(H5Screate_simple(sizes.count(), sizes.data(), nullptr))};
  selection.valid = selection.memory && H5Sselect_hyperslab(selection.file.get(), H5S_SELECT_SET, start.data(), nullptr,
                                                            sizes.data(), nullptr) >= 0;
  return selection;
}

Result<void> Series::append(const void* entries, std::uint64_t count) {
  quiet_hdf5();
  if (count == 0) return {};
  const std::uint64_t first = length_;
  if (auto extended = extend(first + count); !extended) return extended;
  if (std::find(entry_.begin(), entry_.end(), 0U) != entry_.end()) return {};
  const Selection selection = select(first, count);
  if (!selection.valid || H5Dwrite(dataset_.get(), type_.memory.get(), selection.memory.get(), selection.file.get(),
                                   transfer_.get(), entries) < 0) {
    return hdf5_failure("append to " + path_);
  }
  return {};
}

Result<void> Series::read(std::uint64_t first, std::uint64_t count, void* entries) const {
  quiet_hdf5();
  if (count == 0 || std::find(entry_.begin(), entry_.end(), 0U) != entry_.end()) return {};
  const Selection selection = select(first, count);
  if (!selection.valid || H5Dread(dataset_.get(), type_.memory.get(), selection.memory.get(), selection.file.get(),
                                  transfer_.get(), entries) < 0) {
    return hdf5_failure("read " + path_);
  }
  return {};
}

Result<void> Series::write_chunk(std::uint64_t first, std::span<const std::byte> coded, std::uint32_t filter_mask) {
  quiet_hdf5();
  const auto start = origin(first, entry_.size() + 1);
  if (H5Dwrite_chunk(dataset_.get(), H5P_DEFAULT, filter_mask, start.data(), coded.size(), coded.data()) < 0) {
    return hdf5_failure("write a chunk of " + path_);
  }
  return {};
}

Result<std::uint64_t> Series::entries_per_chunk() const {
  quiet_hdf5();
  const PropertiesHandle properties(H5Dget_create_plist(dataset_.get()));
  std::array<hsize_t, H5S_MAX_RANK> sizes{};
  if (H5Pget_chunk(properties.get(), H5S_MAX_RANK, sizes.data()) < 1) return hdf5_failure("examine " + path_);
  return sizes.front();
}

Result<std::uint64_t> Series::chunk_bytes() const {
  quiet_hdf5();
  const PropertiesHandle properties(H5Dget_create_plist(dataset_.get()));
  const DatatypeHandle type(H5Dget_type(dataset_.get()));
  std::array<hsize_t, H5S_MAX_RANK> sizes{};
  const int rank = H5Pget_chunk(properties.get(), H5S_MAX_RANK, sizes.data());
  if (rank < 1) return hdf5_failure("examine " + path_);
  std::uint64_t bytes = H5Tget_size(type.get());
  for (std::size_t i = 0; i < static_cast<std::size_t>(rank); ++i) bytes *= sizes[i];
  return bytes;
}

Result<std::uint32_t> Series::filter_count() const {
  quiet_hdf5();
  const PropertiesHandle properties(H5Dget_create_plist(dataset_.get()));
  const int count = H5Pget_nfilters(properties.get());
  if (count < 0) return hdf5_failure("examine " + path_);
  return static_cast<std::uint32_t>(count);
}

Result<std::uint64_t> Series::stored_bytes(std::uint64_t first) const {
  quiet_hdf5();
  const auto start = origin(first, entry_.size() + 1);
  hsize_t bytes = 0;
  if (H5Dget_chunk_storage_size(dataset_.get(), start.data(), &bytes) < 0) return hdf5_failure("examine " + path_);
  return bytes;
}

Result<std::uint32_t> Series::read_chunk(std::uint64_t first, std::span<std::byte> coded) const {
  quiet_hdf5();
  const auto stored = stored_bytes(first);
  if (!stored) return unexpected(stored.error());
  if (*stored != coded.size()) {
    return failure(path_ + ": a chunk has " + std::to_string(*stored) + " bytes and not " +
                   std::to_string(coded.size()));
  }
  const auto start = origin(first, entry_.size() + 1);
  std::uint32_t filter_mask = 0;
  if (H5Dread_chunk(dataset_.get(), H5P_DEFAULT, start.data(), &filter_mask, coded.data()) < 0) {
    return hdf5_failure("read a chunk of " + path_);
  }
  return filter_mask;
}

Result<void> Series::flush() {
  quiet_hdf5();
  if (H5Dflush(dataset_.get()) < 0) return hdf5_failure("flush " + path_);
  return {};
}

}  // namespace tarsier
