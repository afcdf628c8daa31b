#include <algorithm>
#include <cstdlib>

#include "config/parse.hpp"
#include "config/pipeline.hpp"
#include "config/suggestion.hpp"

namespace tarsier {
namespace {

constexpr std::string_view extension = ".json";

// <prefix>/share/tarsier/pipelines of an executable in <prefix>/bin; empty when it isn't there.
std::filesystem::path pipelines_beside_executable() {
  std::error_code error;
  const auto executable = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return {};
  auto directory = executable.parent_path().parent_path() / "share" / "tarsier" / "pipelines";
  return std::filesystem::is_directory(directory, error) ? directory : std::filesystem::path{};
}

Result<PipelineDescription> load_file(const std::string& name, const std::filesystem::path& file) {
  const auto document = read_json(file);
  if (!document) return unexpected(document.error());
  return parse_pipeline(name, *document);
}

Error unknown_pipeline(const std::string& name, const std::vector<std::string>& installed) {
  std::string message = "no pipeline " + name + " is installed";
  if (const auto nearest = suggestion(name, installed)) message += "; did you mean " + *nearest + "?";
  const std::string there = installed.empty() ? "none" : joined(installed);
  return {message + "; those in " + pipelines_directory().string() + " are: " + there, true};
}

}  // namespace

std::filesystem::path pipelines_directory() {
  if (const char* chosen = std::getenv("TARSIER_PIPELINES"); chosen != nullptr && *chosen != '\0') return chosen;
  if (auto installed = pipelines_beside_executable(); !installed.empty()) return installed;
  return std::filesystem::path(TARSIER_SOURCE_DIR) / "pipelines";
}

std::vector<std::string> installed_pipelines() {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(pipelines_directory(), error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == extension) names.push_back(entry->path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool is_own_pipeline(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(extension);
}

Result<PipelineDescription> load_pipeline(const std::string& name) {
  if (is_own_pipeline(name)) return load_file(name, name);
  const auto installed = installed_pipelines();
  const bool known = std::find(installed.begin(), installed.end(), name) != installed.end();
  if (!known) return unexpected(unknown_pipeline(name, installed));
  return load_file(name, pipelines_directory() / (name + std::string(extension)));
}

}  // namespace tarsier
