#include "daemon/run_deletion.hpp"

#include <fmt/format.h>

#include <system_error>
#include <vector>

#include "base/log.hpp"
#include "store/manifest.hpp"
#include "store/torn_segments.hpp"

namespace tarsier {
namespace {

constexpr std::string_view mark = ".deleted-";

Refusal disk_says(const Error& error) { return {500, error.message}; }

// The first segment that is nowhere else yet, sealed or left by a crash, listed or not; empty: there is none. Throws
// what nlohmann throws where the manifest is none.
std::string unpulled_segment(FileOperations& files, const std::filesystem::path& folder, const Json& manifest) {
  for (const Json& camera : manifest.at("cameras")) {
    for (const Json& segment : camera.value("segments", Json::array())) {
      const bool here = segment.value("deleted", Json()).is_null();
      if (here && segment.value("pulled", Json()).is_null()) return segment.value("file", "");
    }
    for (const SegmentFiles& torn : find_torn_segments(files, folder / camera.at("name").get<std::string>()).torn) {
      // Its journal may have outlived the seal.
      if (!std::filesystem::exists(torn.final_name)) return torn.part.filename().string();
    }
  }
  return {};
}

Result<std::string> unpulled_segment(FileOperations& files, const std::filesystem::path& folder) {
  const auto manifest = read_manifest(files, folder);
  if (!manifest) return unexpected(manifest.error());
  try {
    return unpulled_segment(files, folder, *manifest);
  } catch (const Json::exception&) {
    return failure(folder.string() +
                   ": its run.json is damaged, so nobody can tell what was pulled; say unpulled=1 to "
                   "lose it");
  }
}

void remove_folder(const std::filesystem::path& folder, const std::function<bool()>& wanted) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (!entry.is_directory(error) || entry.is_symlink(error)) files.push_back(entry.path());
  }
  for (const auto& file : files) {
    if (!wanted()) return;
    std::filesystem::remove(file, error);
  }
  std::filesystem::remove_all(folder, error);
  if (error) log(Severity::warning, fmt::format("{}: cannot be deleted: {}", folder.string(), error.message()));
}

}  // namespace

bool is_run(const std::filesystem::path& store, const std::string& name) {
  std::error_code ignored;
  return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos &&
         std::filesystem::is_regular_file(store / name / "run.json", ignored) &&
         !std::filesystem::is_symlink(store / name, ignored);
}

Answer<Json> delete_run_folder(FileOperations& files, const std::filesystem::path& store, const std::string& run,
                               bool unpulled) {
  const std::filesystem::path folder = store / run;
  if (!is_run(store, run)) return tl::make_unexpected(Refusal{404, fmt::format("there is no run {}", run)});
  const auto kept = unpulled ? Result<std::string>() : unpulled_segment(files, folder);
  if (!kept) return tl::make_unexpected(disk_says(kept.error()));
  if (!kept->empty()) {
    return tl::make_unexpected(
        Refusal{409, fmt::format("{} was not pulled yet; pull the run, or say unpulled=1 to lose it", *kept)});
  }
  const std::filesystem::path doomed = store / (std::string(mark) + run);
  if (files.rename_new(folder.c_str(), doomed.c_str()) != 0) {
    return tl::make_unexpected(disk_says(file_error(folder, "rename", errno)));
  }
  if (auto durable = sync_directory(files, store); !durable) return tl::make_unexpected(disk_says(durable.error()));
  return Json{{"run", run}, {"deleted", true}};
}

void sweep_deletions(const std::filesystem::path& store, const std::function<bool()>& wanted) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(store, error)) {
    if (entry.path().filename().string().starts_with(mark)) remove_folder(entry.path(), wanted);
  }
}

}  // namespace tarsier
