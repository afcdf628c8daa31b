#include "cli/reduce_jobs.hpp"

#include <fmt/format.h>

#include <map>

namespace tarsier {
namespace {

namespace fs = std::filesystem;

Result<bool> is_folder(const fs::path& output, std::size_t inputs) {
  std::error_code ignored;
  if (fs::is_directory(output, ignored)) return true;
  const bool written_as_folder = !output.has_filename();
  if (inputs == 1) return written_as_folder;
  if (fs::exists(output, ignored) || (!written_as_folder && output.extension() == ".h5"))
    return misuse(fmt::format("{}: {} inputs want a folder; give it as -o DIR", output.string(), inputs));
  return true;
}

std::vector<ReduceJob> into_folder(const std::vector<fs::path>& inputs, const fs::path& folder) {
  std::vector<ReduceJob> jobs;
  for (const auto& input : inputs) jobs.push_back({input, folder / fs::path(input.stem().string() + ".h5")});
  return jobs;
}

Result<void> check_outputs(const std::vector<ReduceJob>& jobs) {
  std::map<fs::path, fs::path> input_of;
  for (const auto& job : jobs) {
    std::error_code ignored;
    const auto [other, fresh] = input_of.emplace(job.output, job.input);
    if (!fresh)
      return misuse(fmt::format("{}: would come from {} and from {}; reduce them into two folders", job.output.string(),
                                other->second.string(), job.input.string()));
    if (fs::exists(fs::symlink_status(job.output, ignored)))
      return misuse(fmt::format("{}: exists and is never overwritten; give -o another name", job.output.string()));
  }
  return {};
}

}  // namespace

Result<std::vector<ReduceJob>> reduce_jobs(const std::vector<fs::path>& inputs, const fs::path& output) {
  const auto folder = is_folder(output, inputs.size());
  if (!folder) return unexpected(folder.error());
  auto jobs = *folder ? into_folder(inputs, output) : std::vector<ReduceJob>{{inputs.front(), output}};
  if (auto checked = check_outputs(jobs); !checked) return unexpected(std::move(checked.error()));
  return jobs;
}

}  // namespace tarsier
