// `tarsier report`: from sealed files to one HTML page.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/file_operations.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace tarsier {

struct ReportRequest {
  std::filesystem::path input;   // a sealed file, or the folder of a run
  std::filesystem::path output;  // empty: report.html in the run's folder, FILE.html beside a file
  double bin_s = 0;              // width of the bins of activity; 0: as the page's size allows
};

struct ReportOutcome {
  std::filesystem::path page;
  std::string verdict;
  Json facts;  // what `--json` prints
};

// Reads the input in blocks, one file open at a time, and writes the page, all of it or nothing. An output that exists
// is replaced if it is such a page, and refused otherwise. Memory: some times the page's size, and two images.
[[nodiscard]] Result<ReportOutcome> make_report(FileOperations& files, const ReportRequest& request);

}  // namespace tarsier
