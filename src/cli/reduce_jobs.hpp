// Which input of `reduce` becomes which output.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.hpp"

namespace tarsier {

struct ReduceJob {
  std::filesystem::path input;
  std::filesystem::path output;
  bool operator==(const ReduceJob&) const = default;
};

// `output` is a file for one input, or a folder (one that is there, or ends in '/', or any for several inputs), in
// which each output has its input's name with .h5. Refused before anything is done: two inputs of one output, an output
// that is there, a file as the folder of several. Makes nothing.
[[nodiscard]] Result<std::vector<ReduceJob>> reduce_jobs(const std::vector<std::filesystem::path>& inputs,
                                                         const std::filesystem::path& output);

}  // namespace tarsier
