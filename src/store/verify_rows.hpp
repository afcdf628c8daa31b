// The part of looking through a sealed file that is about its rows: do the tables fit each other, and which frames are
// the bad images of.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.hpp"
#include "frame/row.hpp"
#include "hdf5/handle.hpp"
#include "hdf5/series.hpp"

namespace tarsier {

// Adds to what look_through() found: rows, regions, gaps, first_id, last_id, faults, and the ids of bad frames.
class RowInspection {
 public:
  RowInspection(const FileHandle& file, Json& found) : file_(file), found_(found) {}
  void run();

 private:
  void fault(std::string sentence);
  [[nodiscard]] std::uint64_t length_of(const std::string& path);
  void look_at_lengths();
  void look_at_rows(const Series& rows);
  void look_at_row(const Row& row);
  void look_at_gaps();
  // Images of projections and of the correction are of many frames: only /frames has ids.
  void name_bad_frames(const Row& row);

  const FileHandle& file_;
  Json& found_;
  std::uint64_t frames_ = 0;  // rows with a stored frame so far
  std::uint64_t last_id_ = 0;
  std::uint64_t largest_id_ = 0;
  std::uint64_t rows_ = 0;
  std::size_t bad_ = 0;  // stretches of found_["bad"] that end before the row
  bool disordered_ = false;
};

}  // namespace tarsier
