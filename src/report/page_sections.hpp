// The page's elements that stand there without scripts: who, when, what is missing, the pictures, the tables.
#pragma once

#include <cstddef>
#include <string>

#include "report/page.hpp"

namespace tarsier {

[[nodiscard]] std::string head_section(const RunReport& run);
// `index` of the camera in the run, for the script to find its places.
[[nodiscard]] std::string camera_section(const CameraReport& camera, std::size_t index);
[[nodiscard]] std::string foot_section(const RunReport& run);

// "<time ...>2026-01-31 12:00:00 UTC</time>", which the script turns into the reader's time.
[[nodiscard]] std::string time_element(std::int64_t utc_ns);
// The figures with the regions' outlines and names over mean and maximum.
[[nodiscard]] std::string picture_figures(const CameraReport& camera, std::size_t index);

}  // namespace tarsier
