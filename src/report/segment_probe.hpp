// Looks into a file of unknown origin without trusting it, before this process opens it.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/confined_child.hpp"
#include "base/result.hpp"

namespace tarsier {

// When the rows of a segment were taken: the earliest and the latest. A clock that was set back makes them no matter of
// first and last.
struct UtcRange {
  std::int64_t first_ns = INT64_MAX;
  std::int64_t last_ns = INT64_MIN;
  [[nodiscard]] bool empty() const { return first_ns > last_ns; }
  // Times before 1970 are passed over.
  void include(std::int64_t utc_ns);
};

// For a file of so many bytes.
[[nodiscard]] ConfinedLimits probe_limits(std::uint64_t bytes);

// Opens the file in a child process with limits, because HDF5 itself crashes or hangs on some malformed files, and
// reads all its rows and one entry of everything else. An error is "PATH: reason" and says so when HDF5 crashed or
// hung. Call it while no other thread is inside HDF5.
[[nodiscard]] Result<UtcRange> probe_segment(const std::filesystem::path& path, const ConfinedLimits& limits);
// The same within probe_limits() of its size.
[[nodiscard]] Result<UtcRange> probe_segment(const std::filesystem::path& path);

}  // namespace tarsier
