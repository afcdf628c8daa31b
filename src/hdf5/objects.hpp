// What a file holds: its datasets, their names and what their contents hash to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "hdf5/handle.hpp"
#include "hdf5/series.hpp"

namespace tarsier {

// The names that one dataset goes by, each from the root on: "/frames", "/images/frames".
struct DatasetNames {
  std::vector<std::string> paths;  // at least one, in the order of the alphabet
  // Whether it can be reached by this name.
  [[nodiscard]] bool known_as(const std::string& path) const;
};

// Every dataset that can be reached from the root, once, in the order of its first name. Links to other files are not
// followed.
[[nodiscard]] Result<std::vector<DatasetNames>> list_datasets(const FileHandle& file);
// Every group below the root, by each of its names, parents before children.
[[nodiscard]] Result<std::vector<std::string>> list_groups(const FileHandle& file);
// Whether every link on the way is there.
[[nodiscard]] bool has_object(const FileHandle& file, const std::string& path);

// A dataset whose entries in memory are as in the file, whatever they are: HDF5 has nothing to convert.
struct RawSeries {
  Series series;
  std::uint64_t entry_bytes = 0;
  bool filtered = false;
};
[[nodiscard]] Result<RawSeries> open_raw(const FileHandle& file, const std::string& path);

// XXH3-64 of the entries of a chunked dataset, one behind the other, in the type of the file: what h5py's
// `dataset[:].tobytes()` gives. Reads a chunk at a time. No texts of any length.
[[nodiscard]] Result<std::uint64_t> content_hash(const FileHandle& file, const std::string& path);

}  // namespace tarsier
