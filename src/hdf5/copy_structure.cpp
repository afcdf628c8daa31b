#include "hdf5/copy_structure.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "hdf5/error.hpp"
#include "hdf5/objects.hpp"

namespace tarsier {
namespace {

constexpr std::uint64_t table_chunk_bytes = 64 * 1024;
constexpr std::uint64_t most_table_entry_bytes = 16 * 1024;

herr_t keep_name(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

bool copy_attribute(hid_t from, hid_t to, const std::string& name) {
  const AttributeHandle source(H5Aopen(from, name.c_str(), H5P_DEFAULT));
  const DatatypeHandle type(H5Aget_type(source.get()));
  const DataspaceHandle space(H5Aget_space(source.get()));
  const hssize_t points = H5Sget_simple_extent_npoints(space.get());
  if (!source || !type || points < 0) return false;
  const AttributeHandle copy(H5Acreate2(to, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT));
  if (!copy || points == 0) return static_cast<bool>(copy);
  std::vector<std::byte> values(H5Tget_size(type.get()) * static_cast<std::size_t>(points));
  if (H5Aread(source.get(), type.get(), values.data()) < 0) return false;
  const bool written = H5Awrite(copy.get(), type.get(), values.data()) >= 0;
  (void)H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, values.data());
  return written;
}

Result<void> copy_attributes(const FileHandle& from, const FileHandle& to, const std::string& path) {
  const ObjectHandle source(H5Oopen(from.get(), path.c_str(), H5P_DEFAULT));
  const ObjectHandle copy(H5Oopen(to.get(), path.c_str(), H5P_DEFAULT));
  std::vector<std::string> names;
  hsize_t position = 0;
  if (!source || !copy || H5Aiterate2(source.get(), H5_INDEX_NAME, H5_ITER_NATIVE, &position, keep_name, &names) < 0) {
    return hdf5_failure("attributes of " + path);
  }
  for (const std::string& name : names) {
    if (!copy_attribute(source.get(), copy.get(), name)) return hdf5_failure("attribute " + name + " of " + path);
  }
  return {};
}

struct Extent {
  int rank = 0;
  std::array<hsize_t, H5S_MAX_RANK> sizes{};
  std::array<hsize_t, H5S_MAX_RANK> limits{};
};

// Larger chunks for what is small and needs no filter.
bool widen_chunks(const PropertiesHandle& properties, const Extent& extent, std::size_t type_bytes) {
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  if (H5Pget_chunk(properties.get(), H5S_MAX_RANK, chunk.data()) != extent.rank) return false;
  std::uint64_t entry_bytes = type_bytes;
  for (std::size_t i = 1; i < static_cast<std::size_t>(extent.rank); ++i) entry_bytes *= chunk[i];
  if (H5Pget_nfilters(properties.get()) != 0 || entry_bytes > most_table_entry_bytes) return true;
  chunk[0] = std::max<hsize_t>(chunk[0], table_chunk_bytes / std::max<std::uint64_t>(entry_bytes, 1));
  return H5Pset_chunk(properties.get(), extent.rank, chunk.data()) >= 0;
}

Result<void> copy_dataset(const FileHandle& from, const FileHandle& to, const std::string& path) {
  const DatasetHandle source(H5Dopen2(from.get(), path.c_str(), H5P_DEFAULT));
  const DatatypeHandle type(H5Dget_type(source.get()));
  const DataspaceHandle space(H5Dget_space(source.get()));
  const PropertiesHandle properties(H5Dget_create_plist(source.get()));
  Extent extent;
  extent.rank = H5Sget_simple_extent_ndims(space.get());
  if (extent.rank < 1 || H5Sget_simple_extent_dims(space.get(), extent.sizes.data(), extent.limits.data()) < 0) {
    return hdf5_failure("examine " + path);
  }
  extent.sizes[0] = 0;
  extent.limits[0] = H5S_UNLIMITED;
  const DataspaceHandle empty(H5Screate_simple(extent.rank, extent.sizes.data(), extent.limits.data()));
  if (!empty || !widen_chunks(properties, extent, H5Tget_size(type.get()))) return hdf5_failure("examine " + path);
  DatasetHandle copy(
      H5Dcreate2(to.get(), path.c_str(), type.get(), empty.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT));
  if (!copy || !copy.close()) return hdf5_failure("create " + path);
  return copy_attributes(from, to, path);
}

}  // namespace

Result<void> copy_structure(const FileHandle& from, WritableFile& to) {
  quiet_hdf5();
  if (auto copied = copy_attributes(from, to.handle(), "/"); !copied) return copied;
  const auto groups = list_groups(from);
  if (!groups) return unexpected(groups.error());
  for (const std::string& group : *groups) {
    if (auto made = to.make_group(group); !made) return made;
    if (auto copied = copy_attributes(from, to.handle(), group); !copied) return copied;
  }
  const auto datasets = list_datasets(from);
  if (!datasets) return unexpected(datasets.error());
  for (const DatasetNames& names : *datasets) {
    const std::string& first = names.paths.front();
    if (auto copied = copy_dataset(from, to.handle(), first); !copied) return copied;
    for (std::size_t i = 1; i < names.paths.size(); ++i) {
      if (auto linked = to.hard_link(first, names.paths[i]); !linked) return linked;
    }
  }
  return to.intact();
}

}  // namespace tarsier
