// The HDF5 filters that Tarsier's datasets are made with, and the one that it brings along.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tarsier {

struct SeriesFilter {
  std::string name;
  int id = 0;
  std::vector<std::uint32_t> values;  // as the filter stores them in the file
};

// In the order in which a writer applies them.
using SeriesFilters = std::vector<SeriesFilter>;

[[nodiscard]] SeriesFilter shuffle_filter(std::size_t element_bytes);
// level: 0 to 9.
[[nodiscard]] SeriesFilter deflate_filter(std::uint32_t level);
[[nodiscard]] SeriesFilter bitshuffle_filter(std::size_t element_bytes);

// Lets this process read what bitshuffle coded, whether or not HDF5 has the plugin. Writing goes past HDF5's filters
// (Series::write_chunk); a dataset that HDF5 should filter itself is stored unfiltered. Once is enough.
[[nodiscard]] bool register_bitshuffle();

}  // namespace tarsier
