// `tarsier export`: what was recorded, in forms that other programs read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/file_operations.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace tarsier {

struct ExportRequest {
  std::filesystem::path input;   // a sealed file, a merged one, or the folder of a run
  std::filesystem::path output;  // folder, made when missing
  bool csv = false;
  bool tidy = false;
  bool npy = false;
  bool napari_results = false;
  double bin_min = 1;     // of --tidy, minutes; rounded to seconds
  std::string lights_on;  // of --tidy, "HH:MM" local time; empty: there is no zeitgeber
  std::function<void(std::uint64_t done, std::uint64_t total)> progress = [](std::uint64_t, std::uint64_t) {};
};

// "HH:MM" in minutes after midnight.
[[nodiscard]] std::optional<int> minutes_of_day(const std::string& text);

// Never overwrites: an output that is there is an error before anything is written of its form. Every segment is looked
// at in a child process first. Gives input, files (paths), cameras: each name, files, rows, frames, regions, notes.
[[nodiscard]] Result<Json> export_recording(FileOperations& files, const ExportRequest& request);

}  // namespace tarsier
