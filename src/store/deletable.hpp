// Which sealed segment goes first when room is needed. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/rig.hpp"
#include "store/manifest.hpp"

namespace tarsier {

// "20260101_000000" of "sleep_plate-a_20260101_000000_000007.h5"; empty where the name has another form.
[[nodiscard]] std::string time_in_name(const std::filesystem::path& file);

// The oldest of the cameras' segments that may be deleted, by the time in its name. With `recording` the last sealed
// one of each camera is kept.
[[nodiscard]] std::optional<DeletableSegment> find_deletable(std::span<const std::span<const SegmentSummary>> cameras,
                                                             Retention policy, bool recording);

// Whether whoever says that a segment was copied away has all of it.
[[nodiscard]] Result<void> check_pulled(const SegmentSummary& segment, const std::string& sha256);

}  // namespace tarsier
