#include "report/run_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

namespace tarsier {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view unsealed_ending = ".part";

bool is_there(const fs::path& path) {
  std::error_code unreadable;
  return fs::exists(path, unreadable);
}

// A path below the run's folder. run.json may come from anywhere.
bool stays_inside(const fs::path& file) {
  return !file.empty() && file.is_relative() && std::find(file.begin(), file.end(), "..") == file.end();
}

std::string text_of(const Json& json, const char* key) {
  if (!json.is_object()) return "";
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string unsealed_note(const std::string& name) {
  return fmt::format(
      "The segment {} is not sealed and left out, for its recording goes on or was interrupted; `tarsier recover` "
      "seals "
      "an interrupted one.",
      name);
}

void add_segment(CameraFiles& camera, const fs::path& folder, const Json& segment) {
  const fs::path file = text_of(segment, "file");
  const std::string name = file.string();
  if (!stays_inside(file)) {
    camera.notes.push_back(
        fmt::format("run.json names a file outside of the run's folder ({}); it is left out.", name));
    return;
  }
  fs::path final_name = file;
  if (name.ends_with(unsealed_ending)) final_name.replace_extension();
  if (is_there(folder / final_name)) {
    camera.sealed.push_back(folder / final_name);
  } else if (final_name != file && is_there(folder / file)) {
    camera.notes.push_back(unsealed_note(name));
  } else {
    camera.notes.push_back(fmt::format(
        "The segment {} is listed in run.json but not in the folder; what it held is left out.", final_name.string()));
  }
}

Json ledger_of(const Json& camera) {
  const auto ledger = camera.find("ledger");
  if (ledger == camera.end() || !ledger->is_object()) return nullptr;
  Json whole = *ledger;
  if (const auto samples = camera.find("samples"); samples != camera.end()) whole["samples"] = *samples;
  return whole;
}

// Segments that were begun when the machine died, before run.json could list them.
void add_unlisted(CameraFiles& camera, const fs::path& folder, const Json& segments) {
  if (!stays_inside(camera.name)) return;
  std::vector<std::string> names;
  std::error_code unreadable;
  for (fs::directory_iterator entry(folder / camera.name, unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable))
    if (entry->path().extension() == unsealed_ending)
      names.push_back((fs::path(camera.name) / entry->path().filename()).generic_string());
  std::sort(names.begin(), names.end());
  for (const auto& name : names) {
    const bool listed = std::any_of(segments.begin(), segments.end(),
                                    [&](const Json& segment) { return text_of(segment, "file") == name; });
    if (!listed) camera.notes.push_back(unsealed_note(name));
  }
}

CameraFiles camera_files(const fs::path& folder, const Json& camera) {
  CameraFiles files;
  files.name = text_of(camera, "name");
  files.ledger = ledger_of(camera);
  const auto segments = camera.find("segments");
  if (segments == camera.end() || !segments->is_array()) return files;
  for (const Json& segment : *segments) add_segment(files, folder, segment);
  add_unlisted(files, folder, *segments);
  return files;
}

// What lies in a folder that is no run.
Error no_run(const fs::path& folder) {
  std::vector<std::string> runs;
  std::string file;
  std::error_code unreadable;
  for (fs::directory_iterator entry(folder, unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable)) {
    if (is_there(entry->path() / "run.json")) runs.push_back(entry->path().filename().string());
    if (entry->path().extension() == ".h5") file = entry->path().filename().string();
  }
  std::sort(runs.begin(), runs.end());
  if (!runs.empty())
    return {
        fmt::format("{}: holds {}; name one of them: {}", folder.string(),
                    runs.size() == 1 ? "a run" : fmt::format("{} runs", runs.size()), (folder / runs.back()).string()),
        true};
  if (!file.empty())
    return {fmt::format("{}: has no run.json; name one of its files: {}", folder.string(), (folder / file).string()),
            true};
  return {fmt::format("{}: is no folder of a run, for it has no run.json; name a run's folder or a sealed .h5 file",
                      folder.string()),
          true};
}

Result<RunFiles> files_of_run(FileOperations& files, const fs::path& folder) {
  const auto manifest = folder / "run.json";
  if (!is_there(manifest)) return unexpected(no_run(folder));
  const auto text = read_text(files, manifest, mebibytes(256));
  if (!text) return unexpected(text.error());
  const Json document = Json::parse(*text, nullptr, false);
  const auto cameras = document.is_object() ? document.find("cameras") : document.end();
  if (!document.is_object() || cameras == document.end() || !cameras->is_array())
    return failure(fmt::format("{}: is not the list of a run (no object with cameras); name one of its files instead",
                               manifest.string()));
  RunFiles run;
  run.whole_run = true;
  run.ended = !text_of(document, "ended").empty();
  for (const Json& camera : *cameras)
    if (camera.is_object()) run.cameras.push_back(camera_files(folder, camera));
  return run;
}

}  // namespace

Result<RunFiles> find_run_files(FileOperations& files, const fs::path& path) {
  std::error_code unreadable;
  const auto status = fs::status(path, unreadable);
  if (!fs::exists(status)) return misuse(fmt::format("{}: is not there; name a run's folder or a file", path.string()));
  if (fs::is_directory(status)) return files_of_run(files, path);
  if (!fs::is_regular_file(status))
    return misuse(
        fmt::format("{}: is neither a file nor a folder; name a run's folder or a sealed .h5 file", path.string()));
  if (path.extension() == unsealed_ending)
    return misuse(
        fmt::format("{}: is not sealed: its recording goes on or was interrupted; name a sealed file (.h5) or "
                    "the run's folder",
                    path.string()));
  RunFiles run;
  run.cameras.push_back({{}, {path}, {}, nullptr});
  return run;
}

}  // namespace tarsier
