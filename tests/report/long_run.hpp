// A run as long as wanted, written by the generator of the integration tests with h5py.
#pragma once

#include <filesystem>
#include <string>

#include "support/python.hpp"

namespace tarsier {

// `days` and `regions` as texts. The first segment is plate/sleep_plate_000001.h5.
inline void write_long_run(const std::filesystem::path& folder, const std::string& days, const std::string& regions) {
  const auto outcome =
      run_python({TARSIER_SOURCE_DIR "/tests/integration/long_recording.py", folder.string(), days, regions});
  CHECK_EQUAL_TEXT(0, outcome.exit_code, outcome.output.c_str());
}

// Changes a file with h5py: `code` has it as `file`.
inline void change_file(const std::filesystem::path& path, const std::string& code) {
  check_python("import sys, h5py, numpy as np\nwith h5py.File(sys.argv[1], 'r+') as file:\n    " + code,
               {path.string()});
}

}  // namespace tarsier
