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

std::vector<ReduceJob> into_folder(std::vector<InputGroup> inputs, const fs::path& folder) {
  std::vector<ReduceJob> jobs;
  for (auto& input : inputs) {
    const auto output = folder / fs::path(input.name + ".h5");
    jobs.push_back({std::move(input), output});
  }
  return jobs;
}

Result<void> check_outputs(const std::vector<ReduceJob>& jobs) {
  std::map<fs::path, std::string> input_of;
  for (const auto& job : jobs) {
    std::error_code ignored;
    const auto [other, fresh] = input_of.emplace(job.output, job.title());
    if (!fresh)
      return misuse(fmt::format("{}: would come from {} and from {}; reduce them into two folders", job.output.string(),
                                other->second, job.title()));
    if (fs::exists(fs::symlink_status(job.output, ignored)))
      return misuse(fmt::format("{}: exists and is never overwritten; give -o another name", job.output.string()));
  }
  return {};
}

}  // namespace

std::string ReduceJob::title() const {
  const auto& words = input.words;
  if (words.size() == 1) return words.front().string();
  return fmt::format("{} and {} more", words.front().string(), words.size() - 1);
}

Result<std::vector<ReduceJob>> reduce_jobs(std::vector<InputGroup> inputs, const fs::path& output) {
  const auto folder = is_folder(output, inputs.size());
  if (!folder) return unexpected(folder.error());
  std::vector<ReduceJob> jobs;
  if (*folder) {
    jobs = into_folder(std::move(inputs), output);
  } else {
    jobs.push_back({std::move(inputs.front()), output});
  }
  if (auto checked = check_outputs(jobs); !checked) return unexpected(std::move(checked.error()));
  return jobs;
}

}  // namespace tarsier
