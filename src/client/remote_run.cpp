#include "client/remote_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/harmless_text.hpp"
#include "client/answer_json.hpp"
#include "client/device.hpp"

namespace tarsier {
namespace {

constexpr std::size_t longest_name = 200;
constexpr std::string_view unsealed_ending = ".part";

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool flag_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The names that a person can choose from; not more than fit a message.
std::string names_of(const Json& runs) {
  std::string names;
  std::size_t left = 5;
  for (auto run = runs.rbegin(); run != runs.rend() && left > 0; ++run, --left) {
    const auto name = run->is_object() ? text_at(*run, "run") : "";
    if (is_safe_name(name)) names += (names.empty() ? "" : ", ") + name;
  }
  return names.empty() ? "it has none" : "the newest are " + names;
}

Result<RemoteFile> file_from(const Json& segment) {
  RemoteFile file;
  if (segment.is_object()) file.path = text_at(segment, "file");
  // While it is written its name ends so.
  if (file.path.ends_with(unsealed_ending)) file.path.resize(file.path.size() - unsealed_ending.size());
  if (!is_safe_path(file.path)) {
    return failure(
        fmt::format("run.json names a file that would not stay in the run's folder ({}); nothing was written",
                    Json(file.path).dump(-1, ' ', true, Json::error_handler_t::replace)));
  }
  const auto bytes = segment.find("bytes");
  if (bytes != segment.end() && bytes->is_number_unsigned()) file.bytes = bytes->get<std::uint64_t>();
  file.sha256 = text_at(segment, "sha256");
  if (!is_sha256(file.sha256)) file.sha256.clear();
  file.deleted = !text_at(segment, "deleted").empty();
  file.sealed = flag_at(segment, "sealed") && !file.deleted;
  file.pulled = !text_at(segment, "pulled").empty();
  return file;
}

Result<void> add_files(const Json& camera, std::vector<RemoteFile>& files) {
  const auto segments = camera.is_object() ? camera.find("segments") : camera.end();
  if (!camera.is_object() || segments == camera.end() || !segments->is_array())
    return failure("run.json lists a camera without segments; is that a tarsierd?");
  if (!is_safe_name(text_at(camera, "name"))) return failure("run.json lists a camera whose name is none for a file");
  for (const Json& segment : *segments) {
    auto file = file_from(segment);
    if (!file) return unexpected(std::move(file.error()));
    files.push_back(std::move(*file));
  }
  return {};
}

}  // namespace

bool is_safe_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && name.front() != '.' &&
         std::none_of(name.begin(), name.end(), [](unsigned char letter) { return letter == '/' || letter == '\\'; }) &&
         harmless_text(name) == name;
}

bool is_safe_path(std::string_view path) {
  if (!path.ends_with(".h5")) return false;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    if (!is_safe_name(path.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return true;
}

Result<RemoteRun> choose_run(const Json& runs, const std::string& name) {
  if (!runs.is_array()) return failure("does not list its runs; is that a tarsierd?");
  RemoteRun chosen;
  std::string newest;
  for (const Json& run : runs) {
    if (!run.is_object()) continue;
    const auto its_name = text_at(run, "run");
    const auto started = text_at(run, "started");
    const bool better = name.empty() ? chosen.name.empty() || started >= newest : its_name == name;
    if (!better || !is_safe_name(its_name)) continue;
    newest = started;
    chosen.name = its_name;
    chosen.current = flag_at(run, "current");
  }
  if (!chosen.name.empty()) return chosen;
  if (name.empty()) return failure("has no run yet");
  return misuse(fmt::format("has no run {}; {}", name, names_of(runs)));
}

Result<std::vector<RemoteFile>> files_of(const std::string& manifest) {
  const Json document = parse_answer(manifest);
  const auto cameras = document.is_object() ? document.find("cameras") : document.end();
  if (!document.is_object() || cameras == document.end() || !cameras->is_array())
    return failure("sends a run.json that is none; is that a tarsierd?");
  std::vector<RemoteFile> files;
  for (const Json& camera : *cameras) {
    if (auto added = add_files(camera, files); !added) return unexpected(std::move(added.error()));
  }
  std::set<std::string_view> paths;
  for (const RemoteFile& file : files) {
    if (!paths.insert(file.path).second) return failure(fmt::format("run.json lists {} twice", file.path));
  }
  return files;
}

std::string file_target(const std::string& run, const std::string& path) {
  auto target = "/v1/runs/" + path_segment(run) + "/files";
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    target += "/" + path_segment(std::string_view(path).substr(begin, end - begin));
    begin = end + 1;
  }
  return target;
}

}  // namespace tarsier
