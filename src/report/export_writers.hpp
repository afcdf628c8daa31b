// The forms in which `tarsier export` writes what a camera recorded. Each streams: memory does not grow with the run,
// but for --tidy, which holds its bins.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "base/file_operations.hpp"
#include "base/result.hpp"
#include "report/export_rows.hpp"

namespace tarsier {

struct ExportTarget {
  FileOperations& files;
  std::filesystem::path folder;
  std::function<void(const ExaminedSegment&)> done;  // told of each segment that was read
};

using ExportedFiles = Result<std::vector<std::filesystem::path>>;

// CAMERA_rows.csv: a line a row. CAMERA_regions.csv: a line a row and region. Empty: not measured.
[[nodiscard]] ExportedFiles export_csv(const ExportTarget& target, const ExaminedCamera& camera);

struct TidyOptions {
  std::int64_t bin_ns = 60'000'000'000;
  std::optional<int> lights_on_min;  // local time at which the lights go on, minutes after midnight
};
// tidy.csv: a line a camera, region and bin, also of bins in which nothing was measured. NA: not measured.
[[nodiscard]] ExportedFiles export_tidy(const ExportTarget& target, const std::vector<ExaminedCamera>& cameras,
                                        const TidyOptions& options);

// CAMERA_frames.npy (N,H,W), when frames were kept; CAMERA_utc_ns.npy (P) int64; CAMERA_activity.npy (P-1,R) float64,
// NaN: not measured; CAMERA_regions.txt: their names.
[[nodiscard]] ExportedFiles export_npy(const ExportTarget& target, const ExaminedCamera& camera);

// CAMERA_results.h5, which napari-hdf5-activity loads without images.
[[nodiscard]] ExportedFiles export_napari_results(const ExportTarget& target, const ExaminedCamera& camera);

// The camera's name as part of the name of a file.
[[nodiscard]] std::string file_stem(const ExaminedCamera& camera);
// A field of a CSV file, quoted where it must be.
[[nodiscard]] std::string csv_field(const std::string& text);
// The shortest text that reads back as this number; `missing` for NaN.
[[nodiscard]] std::string number_text(double value, const char* missing);

}  // namespace tarsier
