// The page as text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/camera_report.hpp"

namespace tarsier {

// The page's first bytes hold it: a file without it is not ours to replace.
inline constexpr std::string_view page_mark = "<!-- Tarsier report -->";

struct RunReport {
  bool whole_run = false;
  bool ended = true;
  std::string input;  // the file's or folder's name
  std::string verdict;
  bool complete = false;              // nothing is missing
  std::vector<CameraReport> cameras;  // at least one

  [[nodiscard]] const SegmentFacts& facts() const { return cameras.front().facts; }
  [[nodiscard]] UtcRange range() const;
};

// One HTML document that loads nothing: its policy lets the browser run its one script only, and fetch nothing at all.
// What comes from the files is text in it, whatever it contains. Readable without scripts, but for the plots.
[[nodiscard]] std::string page_text(const RunReport& run);

// What the page's script gets of a camera, but for the series themselves.
[[nodiscard]] Json script_facts(const CameraReport& camera);
// The series as base64 of, one behind the other: means uint16, minima uint8, maxima uint8, each [region][measure][bin],
// and the coverage of the bins uint8. Little endian.
[[nodiscard]] std::string script_series(const CameraReport& camera);

}  // namespace tarsier
