#include "hdf5/objects.hpp"

#include <algorithm>
#include <map>

#include "base/hash.hpp"
#include "hdf5/error.hpp"

namespace tarsier {
namespace {

#if H5_VERSION_GE(1, 12, 0)
using ObjectInfo = H5O_info1_t;
#else
using ObjectInfo = H5O_info_t;
#endif

struct Link {
  std::string path;
  bool hard = false;
};

herr_t keep_link(hid_t, const char* name, const H5L_info_t* info, void* links) {
  static_cast<std::vector<Link>*>(links)->push_back({std::string("/") + name, info->type == H5L_TYPE_HARD});
  return 0;
}

Result<std::vector<std::string>> hard_links(const FileHandle& file) {
  quiet_hdf5();
  std::vector<Link> links;
  if (H5Lvisit(file.get(), H5_INDEX_NAME, H5_ITER_INC, keep_link, &links) < 0) return hdf5_failure("list objects");
  std::vector<std::string> paths;
  for (Link& link : links) {
    if (link.hard) paths.push_back(std::move(link.path));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

Result<ObjectInfo> look_at(const FileHandle& file, const std::string& path) {
  ObjectInfo info{};
  if (H5Oget_info_by_name2(file.get(), path.c_str(), &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0) {
    return hdf5_failure("examine " + path);
  }
  return info;
}

// Entries [first, first + count) of one chunk: an unfiltered chunk is its entries, so HDF5 has nothing to convert.
Result<void> read_entries(const RawSeries& content, std::uint64_t first, std::uint64_t count,
                          std::vector<std::byte>& bytes) {
  bytes.resize(count * content.entry_bytes);
  if (!content.filtered) {
    const auto stored = content.series.stored_bytes(first);
    if (!stored) return unexpected(stored.error());
    if (*stored >= bytes.size()) {
      bytes.resize(*stored);
      const auto read = content.series.read_chunk(first, bytes);
      if (!read) return unexpected(read.error());
      bytes.resize(count * content.entry_bytes);
      return {};
    }
  }
  return content.series.read(first, count, bytes.data());
}

}  // namespace

bool DatasetNames::known_as(const std::string& path) const {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

Result<std::vector<DatasetNames>> list_datasets(const FileHandle& file) {
  const auto paths = hard_links(file);
  if (!paths) return unexpected(paths.error());
  std::vector<DatasetNames> datasets;
  std::map<haddr_t, std::size_t> places;
  for (const std::string& path : *paths) {
    const auto info = look_at(file, path);
    if (!info) return unexpected(info.error());
    if (info->type != H5O_TYPE_DATASET) continue;
    const auto [place, added] = places.try_emplace(info->addr, datasets.size());
    if (added) datasets.emplace_back();
    datasets[place->second].paths.push_back(path);
  }
  return datasets;
}

Result<std::vector<std::string>> list_groups(const FileHandle& file) {
  const auto paths = hard_links(file);
  if (!paths) return unexpected(paths.error());
  std::vector<std::string> groups;
  for (const std::string& path : *paths) {
    const auto info = look_at(file, path);
    if (!info) return unexpected(info.error());
    if (info->type == H5O_TYPE_GROUP) groups.push_back(path);
  }
  return groups;
}

bool has_object(const FileHandle& file, const std::string& path) {
  quiet_hdf5();
  for (auto slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    if (H5Lexists(file.get(), path.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
    if (slash == std::string::npos) return true;
  }
}

Result<RawSeries> open_raw(const FileHandle& file, const std::string& path) {
  quiet_hdf5();
  const DatasetHandle dataset(H5Dopen2(file.get(), path.c_str(), H5P_DEFAULT));
  DatatypeHandle type(H5Dget_type(dataset.get()));
  DatatypeHandle same(H5Tcopy(type.get()));
  const PropertiesHandle properties(H5Dget_create_plist(dataset.get()));
  RawSeries content;
  content.filtered = H5Pget_nfilters(properties.get()) != 0;
  content.entry_bytes = H5Tget_size(type.get());
  auto series = Series::open(file, path, {std::move(type), std::move(same)});
  if (!series) return unexpected(std::move(series.error()));
  content.series = std::move(*series);
  for (const std::uint64_t size : content.series.entry()) content.entry_bytes *= size;
  return content;
}

Result<std::uint64_t> content_hash(const FileHandle& file, const std::string& path) {
  quiet_hdf5();
  const auto content = open_raw(file, path);
  if (!content) return unexpected(content.error());
  const auto step = content->series.entries_per_chunk();
  if (!step) return unexpected(step.error());
  Xxh3 hash;
  std::vector<std::byte> bytes;
  for (std::uint64_t first = 0; content->entry_bytes > 0 && first < content->series.length(); first += *step) {
    const std::uint64_t count = std::min(*step, content->series.length() - first);
    if (auto read = read_entries(*content, first, count, bytes); !read) return unexpected(std::move(read.error()));
    hash.add(bytes);
  }
  return hash.digest();
}

}  // namespace tarsier
