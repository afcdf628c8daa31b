// Which of the things that a user names on the command line make one recording.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "replay/replay_input.hpp"

namespace tarsier {

struct InputGroup {
  ReplayInput input;
  std::string name;                          // of the folder or the first file, without its ending
  std::vector<std::filesystem::path> words;  // what names the same group again
};

// A folder is the sequence of its images (with options.raw of all its files), in natural order. A name with * or ? that
// is no file stands for the files that match it, in natural order. Files of one image each (raw ones too) are together
// one sequence as long as they follow each other; a file of several images, an HDF5 or CINE file and a video are a
// recording each. Wrong use: a folder without images, a pattern that nothing matches, an image that is not there.
[[nodiscard]] Result<std::vector<InputGroup>> group_inputs(const std::vector<std::filesystem::path>& words,
                                                           const ReplayOptions& options);

}  // namespace tarsier
