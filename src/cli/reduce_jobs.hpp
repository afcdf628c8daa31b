// Which input of `reduce` becomes which output.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "replay/input_groups.hpp"

namespace tarsier {

struct ReduceJob {
  InputGroup input;
  std::filesystem::path output;

  // "night.mp4", "plate/", "img1.png and 19 more".
  [[nodiscard]] std::string title() const;
};

// `output` is a file for one input, or a folder (one that is there, or ends in '/', or any for several inputs), in
// which each output has its input's name with .h5. Refused before anything is done: two inputs of one output, an output
// that is there, a file as the folder of several. Makes nothing.
[[nodiscard]] Result<std::vector<ReduceJob>> reduce_jobs(std::vector<InputGroup> inputs,
                                                         const std::filesystem::path& output);

}  // namespace tarsier
