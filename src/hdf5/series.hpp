// A dataset that grows along its first dimension, which alone is unlimited: then HDF5 finds its chunks with an
// extensible array, which readers may follow while it grows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "hdf5/filters.hpp"
#include "hdf5/handle.hpp"
#include "hdf5/types.hpp"

namespace tarsier {

struct SeriesShape {
  std::uint64_t entries_per_chunk = 1;
  std::vector<std::uint64_t> entry;  // dimensions of one entry: {} of a number, {height, width} of an image
};

// One thread at a time.
class Series {
 public:
  Series() = default;
  Series(Series&&) noexcept;
  Series& operator=(Series&&) noexcept;
  ~Series();
  // Makes the dataset at `path`, whose group exists, with length 0. Entries in memory are of type.memory.
  [[nodiscard]] static Result<Series> create(const FileHandle& file, const std::string& path, RecordType type,
                                             SeriesShape shape, const SeriesFilters& filters = {});
  // Opens an existing one of the same shape.
  [[nodiscard]] static Result<Series> open(const FileHandle& file, const std::string& path, RecordType type);

  [[nodiscard]] std::uint64_t length() const { return length_; }
  // Dimensions of one entry.
  [[nodiscard]] const std::vector<std::uint64_t>& entry() const { return entry_; }

  // Lengthens it to `length` entries; new ones read as 0 until they are written.
  [[nodiscard]] Result<void> extend(std::uint64_t length);
  // Writes `count` entries behind the last.
  [[nodiscard]] Result<void> append(const void* entries, std::uint64_t count);
  template <typename Entry>
  [[nodiscard]] Result<void> append(std::span<const Entry> entries) {
    return append(entries.data(), entries.size());
  }
  // Reads entries [first, first + count) into `entries`.
  [[nodiscard]] Result<void> read(std::uint64_t first, std::uint64_t count, void* entries) const;
  // Writes one whole chunk, which begins at entry `first`, as it shall lie in the file.
  [[nodiscard]] Result<void> write_chunk(std::uint64_t first, std::span<const std::byte> coded,
                                         std::uint32_t filter_mask);
  // Of a sealed file: entries in a chunk, how many bytes the chunk that holds entry `first` takes (0: there is none),
  // and these bytes as they lie in the file; `coded` holds exactly as many. Gives the chunk's filter mask.
  [[nodiscard]] Result<std::uint64_t> entries_per_chunk() const;
  [[nodiscard]] Result<std::uint64_t> chunk_bytes() const;  // of a chunk before any filter
  [[nodiscard]] Result<std::uint32_t> filter_count() const;
  [[nodiscard]] Result<std::uint64_t> stored_bytes(std::uint64_t first) const;
  [[nodiscard]] Result<std::uint32_t> read_chunk(std::uint64_t first, std::span<std::byte> coded) const;
  // Hands everything of this dataset, index included, to the operating system.
  [[nodiscard]] Result<void> flush();

 private:
  Series(DatasetHandle dataset, RecordType type, std::string path, std::vector<std::uint64_t> entry,
         std::uint64_t length);
  // The place of entries [first, first + count) in the file, and a dataspace for them in memory.
  struct Selection {
    DataspaceHandle file;
    DataspaceHandle memory;
    bool valid = false;
  };
  [[nodiscard]] Selection select(std::uint64_t first, std::uint64_t count) const;

  DatasetHandle dataset_;
  RecordType type_;
  std::string path_;
  std::vector<std::uint64_t> entry_;
  PropertiesHandle transfer_;
  std::uint64_t length_ = 0;
};

}  // namespace tarsier
