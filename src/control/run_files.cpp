#include "control/run_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "base/file_operations.hpp"
#include "control/open_beneath.hpp"

namespace tarsier {
namespace {

constexpr std::size_t most_kept = 64;
constexpr std::uint64_t largest_manifest = 64ULL << 20U;
constexpr std::string_view manifest_name = "run.json";

tl::unexpected<Refusal> refuse(unsigned status, std::string detail) {
  return tl::make_unexpected(Refusal{status, std::move(detail)});
}

bool is_run_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos;
}

// Whether a member of run.json is needed for the list; the others, which may be long, are not even kept while parsing.
bool is_listed(const Json& key) {
  constexpr std::array<std::string_view, 6> others = {"gaps", "rigs", "ledger", "samples", "versions", "document"};
  return std::find(others.begin(), others.end(), key.get_ref<const std::string&>()) == others.end();
}

std::string text_or_nothing(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

RunFile file_from(const Json& segment, const std::string& camera) {
  RunFile file;
  file.path = segment.at("file").get<std::string>();
  file.camera = camera;
  file.bytes = segment.value("bytes", std::uint64_t{0});
  file.sha256 = text_or_nothing(segment, "sha256");
  file.pulled = text_or_nothing(segment, "pulled");
  file.deleted = text_or_nothing(segment, "deleted");
  file.sealed = segment.value("sealed", false);
  return file;
}

// Throws what nlohmann throws where the text is not a manifest.
RunIndex index_from(const std::string& run, const std::string& text) {
  const auto keep = [](int, Json::parse_event_t event, const Json& parsed) {
    return event != Json::parse_event_t::key || is_listed(parsed);
  };
  const Json document = Json::parse(text, keep);
  RunIndex index{run, document.value("started", Json()), document.value("ended", Json()), {}, {}};
  for (const Json& camera : document.at("cameras")) {
    index.cameras.push_back(camera.at("name").get<std::string>());
    for (const Json& segment : camera.at("segments")) index.files.push_back(file_from(segment, index.cameras.back()));
  }
  return index;
}

std::string read_whole(int fd, std::uint64_t bytes) {
  std::string text(bytes, '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const auto read = ::pread(fd, text.data() + filled, text.size() - filled, static_cast<off_t>(filled));
    if (read <= 0) break;
    filled += static_cast<std::size_t>(read);
  }
  text.resize(filled);
  return text;
}

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

Answer<OpenFile> open_regular(const std::filesystem::path& run_folder, const std::filesystem::path& path) {
  auto file = std::make_shared<UniqueFd>(open_beneath(run_folder, path));
  if (!*file && errno != ENOENT && errno != ENOTDIR && errno != ELOOP && errno != EXDEV) {
    return refuse(503, file_error(path, "open", errno).message);
  }
  struct stat found {};
  if (!*file || ::fstat(file->get(), &found) != 0 || !S_ISREG(found.st_mode)) {
    return refuse(404, path.generic_string() + " is not there");
  }
  const auto etag =
      fmt::format("\"{:x}-{:x}-{:x}{:09}\"", found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec);
  return OpenFile{std::move(file), static_cast<std::uint64_t>(found.st_size), "", etag};
}

Json summary_of(const RunIndex& index, const std::string& current) {
  std::uint64_t bytes = 0;
  std::uint64_t segments = 0;
  std::uint64_t unpulled = 0;
  for (const RunFile& file : index.files) {
    if (!file.deleted.empty()) continue;
    ++segments;
    bytes += file.bytes;
    if (file.sealed && file.pulled.empty()) ++unpulled;
  }
  return {
      {"run", index.run},         {"started", index.started}, {"ended", index.ended}, {"current", index.run == current},
      {"cameras", index.cameras}, {"segments", segments},     {"bytes", bytes},       {"unpulled", unpulled}};
}

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

Json to_json(const RunFile& file) {
  return {{"path", file.path},
          {"camera", file.camera},
          {"bytes", file.bytes},
          {"sha256", or_null(file.sha256)},
          {"sealed", file.sealed},
          {"pulled", or_null(file.pulled)},
          {"deleted", or_null(file.deleted)}};
}

Json RunFiles::runs(const std::string& current) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(store_, error), end; !error && entry != end; entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  Json list = Json::array();
  for (const auto& name : names) {
    if (const auto found = index(name)) list.push_back(summary_of(**found, current));
  }
  return list;
}

Answer<OpenFile> RunFiles::manifest(const std::string& run) {
  if (!is_run_name(run) || store_.empty()) return refuse(404, run + " is no run here");
  auto file = open_regular(store_ / run, manifest_name);
  if (!file && file.error().status == 404) return refuse(404, run + " is no run here; /v1/runs lists them");
  return file;
}

Answer<std::shared_ptr<const RunIndex>> RunFiles::index(const std::string& run) {
  const auto file = manifest(run);
  if (!file) return tl::make_unexpected(file.error());
  struct stat now {};
  if (::fstat(file->file->get(), &now) != 0) return refuse(503, run + ": its run.json cannot be read");
  Kept& kept = kept_[run];
  kept.asked = ++asked_;
  if (kept.index && same_file(kept.seen, now)) return kept.index;
  if (file->bytes > largest_manifest) return refuse(503, run + ": its run.json is larger than a run.json gets");
  try {
    kept.index = std::make_shared<const RunIndex>(index_from(run, read_whole(file->file->get(), file->bytes)));
    kept.seen = now;
  } catch (const Json::exception&) {
    kept_.erase(run);
    return refuse(503, run + ": its run.json is damaged; `tarsier verify` says more");
  }
  const auto index = kept.index;
  forget_oldest();
  return index;
}

void RunFiles::forget_oldest() {
  if (kept_.size() <= most_kept) return;
  kept_.erase(std::min_element(kept_.begin(), kept_.end(),
                               [](const auto& a, const auto& b) { return a.second.asked < b.second.asked; }));
}

Answer<OpenFile> RunFiles::open(const std::string& run, const std::string& path) {
  if (path == manifest_name) return manifest(run);
  const auto index = this->index(run);
  if (!index) return tl::make_unexpected(index.error());
  const auto& files = (*index)->files;
  const auto listed = std::find_if(files.begin(), files.end(), [&](const RunFile& file) { return file.path == path; });
  if (listed == files.end()) return refuse(404, "run.json of " + run + " does not list this file");
  if (!listed->deleted.empty()) return refuse(404, "it was deleted at " + listed->deleted + " to make room");
  if (!listed->sealed) {
    return refuse(409, "it is still being written; POST /v1/runs/current/rotate seals it, then it has its final name");
  }
  auto opened = open_regular(store_ / run, path);
  if (!opened || listed->sha256.empty()) return opened;
  opened->sha256 = listed->sha256;
  opened->etag = fmt::format("\"{}\"", listed->sha256);
  return opened;
}

}  // namespace tarsier
