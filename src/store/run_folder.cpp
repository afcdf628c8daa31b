#include "store/run_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "store/manifest.hpp"

namespace tarsier {
namespace {

namespace fs = std::filesystem;

constexpr const char* unsealed_ending = ".part";

bool is_there(const fs::path& path) {
  std::error_code unreadable;
  return fs::is_regular_file(path, unreadable);
}

// A path below the run's folder: run.json may come from anywhere.
bool stays_inside(const fs::path& file) {
  return !file.empty() && file.is_relative() && std::find(file.begin(), file.end(), "..") == file.end();
}

std::string text_of(const Json& json, const char* key) {
  if (!json.is_object()) return "";
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

Result<ListedSegment> listed_segment(const fs::path& folder, const Json& entry) {
  ListedSegment segment{text_of(entry, "file"), entry, false, false, text_of(entry, "deleted")};
  if (!stays_inside(segment.file)) {
    return failure(fmt::format("{}: names a file outside of the run's folder ({}); mend or remove it",
                               (folder / "run.json").string(), segment.file.string()));
  }
  if (segment.file.extension() == unsealed_ending) segment.file.replace_extension();
  segment.sealed = is_there(folder / segment.file);
  segment.unsealed = !segment.sealed && is_there(folder / (segment.file.string() + unsealed_ending));
  return segment;
}

bool is_listed(const ListedCamera& camera, const fs::path& file) {
  return std::any_of(camera.segments.begin(), camera.segments.end(),
                     [&](const ListedSegment& segment) { return segment.file == file; });
}

void add_unlisted(ListedCamera& camera, const fs::path& folder) {
  if (!stays_inside(camera.name)) return;
  std::error_code unreadable;
  for (fs::directory_iterator entry(folder / camera.name, unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable)) {
    const fs::path file = fs::path(camera.name) / entry->path().filename();
    if (file.extension() == ".h5" && !is_listed(camera, file)) camera.unlisted.push_back(file);
    if (file.extension() != unsealed_ending) continue;
    if (!is_listed(camera, fs::path(file).replace_extension())) camera.left.push_back(file);
  }
  std::sort(camera.unlisted.begin(), camera.unlisted.end());
  std::sort(camera.left.begin(), camera.left.end());
}

Result<ListedCamera> listed_camera(const fs::path& folder, const Json& entry) {
  ListedCamera camera{text_of(entry, "name"), entry, {}, {}, {}};
  const auto segments = entry.find("segments");
  for (const Json& listed : segments != entry.end() && segments->is_array() ? *segments : Json::array()) {
    auto segment = listed_segment(folder, listed);
    if (!segment) return unexpected(std::move(segment.error()));
    camera.segments.push_back(std::move(*segment));
  }
  add_unlisted(camera, folder);
  return camera;
}

Error no_run(const fs::path& folder) {
  std::vector<fs::path> runs;
  fs::path file;
  std::error_code unreadable;
  for (fs::directory_iterator entry(folder, unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable)) {
    if (is_there(entry->path() / "run.json")) runs.push_back(entry->path());
    if (entry->path().extension() == ".h5") file = entry->path();
  }
  if (unreadable) return file_error(folder, "list", unreadable.value());
  std::sort(runs.begin(), runs.end());
  if (!runs.empty()) {
    return {fmt::format("{}: is no run but holds {}; name one of them: {}", folder.string(),
                        runs.size() == 1 ? "a run" : fmt::format("{} runs", runs.size()), runs.back().string()),
            true};
  }
  if (!file.empty()) {
    return {fmt::format("{}: has no run.json; name one of its files: {}", folder.string(), file.string()), true};
  }
  return {fmt::format("{}: is no folder of a run, for it has no run.json; name a run's folder or a sealed .h5 file",
                      folder.string()),
          true};
}

}  // namespace

Result<RunFolder> read_run_folder(FileOperations& files, const fs::path& folder) {
  if (!is_there(folder / "run.json")) return unexpected(no_run(folder));
  auto document = read_manifest(files, folder);
  if (!document) return unexpected(std::move(document.error()));
  RunFolder run{folder, std::move(*document), false, {}};
  run.ended = !text_of(run.document, "ended").empty();
  for (const Json& entry : run.document["cameras"]) {
    if (!entry.is_object()) return failure((folder / "run.json").string() + ": lists a camera that is no object");
    auto camera = listed_camera(folder, entry);
    if (!camera) return unexpected(std::move(camera.error()));
    run.cameras.push_back(std::move(*camera));
  }
  return run;
}

Result<bool> is_run_folder(const fs::path& path) {
  std::error_code unreadable;
  const auto status = fs::status(path, unreadable);
  if (unreadable && unreadable != std::errc::no_such_file_or_directory) {
    return unexpected(file_error(path, "examine", unreadable.value()));
  }
  if (!fs::exists(status)) return misuse(fmt::format("{}: is not there; name a run's folder or a file", path.string()));
  if (fs::is_directory(status)) return true;
  if (!fs::is_regular_file(status)) {
    return misuse(
        fmt::format("{}: is neither a file nor a folder; name a run's folder or a sealed .h5 file", path.string()));
  }
  if (path.extension() == unsealed_ending || path.extension() == ".journal") {
    return misuse(
        fmt::format("{}: is not sealed: its recording goes on or was interrupted; `tarsier recover {}` makes a "
                    "sealed file of what an interrupted one left",
                    path.string(), path.has_parent_path() ? path.parent_path().string() : "."));
  }
  return false;
}

}  // namespace tarsier
