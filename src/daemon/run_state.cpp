#include "daemon/run_state.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "config/parse.hpp"

namespace tarsier {
namespace {

Json intent_json(const Intent& intent) {
  return {{"run", intent.run},
          {"started_utc_ns", intent.started_utc_ns},
          {"until_utc_ns", intent.until_utc_ns ? Json(*intent.until_utc_ns) : Json(nullptr)},
          {"generation", intent.generation},
          {"over", intent.over}};
}

Result<Intent> intent_from(const Json& document, const std::filesystem::path& path) {
  try {
    Intent intent;
    intent.run = document.at("run").get<std::string>();
    intent.started_utc_ns = document.at("started_utc_ns").get<std::int64_t>();
    if (!document.at("until_utc_ns").is_null()) intent.until_utc_ns = document.at("until_utc_ns").get<std::int64_t>();
    intent.generation = document.at("generation").get<std::uint32_t>();
    intent.over = document.at("over").get<bool>();
    return intent;
  } catch (const Json::exception& error) {
    return failure(
        fmt::format("{}: is not an intent: {}; move it away to begin a new run", path.string(), error.what()));
  }
}

Error lock_error(FileOperations& files, const std::filesystem::path& store, const std::filesystem::path& path) {
  const auto holder = read_text(files, path, kibibytes(1));
  std::string who = holder ? *holder : "";
  who.erase(std::remove(who.begin(), who.end(), '\n'), who.end());
  return {fmt::format("{}: another Tarsier records here (process {}); stop it, or choose another store.directory",
                      store.string(), who.empty() ? "unknown" : who),
          false};
}

}  // namespace

Result<RunState> RunState::open(FileOperations& files, const std::filesystem::path& store_directory) {
  const std::filesystem::path folder = store_directory / "state";
  if (auto made = make_directories(files, folder); !made) {
    return unexpected(std::move(made.error()).within("store.directory"));
  }
  const std::filesystem::path path = folder / "lock";
  UniqueFd lock(files.open(path.c_str(), O_RDWR | O_CREAT, 0644));
  if (!lock) return unexpected(file_error(path, "open", errno).within("store.directory"));
  if (files.lock(lock.get(), LOCK_EX | LOCK_NB) != 0) return unexpected(lock_error(files, store_directory, path));
  const std::string process = fmt::format("{}\n", ::getpid());
  if (files.ftruncate(lock.get(), 0) != 0) return unexpected(file_error(path, "truncate", errno));
  if (auto written = write_all(files, lock.get(), std::as_bytes(std::span(process)), 0, path); !written) {
    return unexpected(std::move(written.error()));
  }
  return RunState(files, folder, std::move(lock));
}

Result<std::optional<Intent>> RunState::intent() const {
  const std::filesystem::path path = folder_ / "intent.json";
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::optional<Intent>{};
  const auto document = read_json(path);
  if (!document) return unexpected(document.error());
  auto intent = intent_from(*document, path);
  if (!intent) return unexpected(std::move(intent.error()));
  return std::optional<Intent>(std::move(*intent));
}

Result<void> RunState::write_intent(const Intent& intent) const {
  return replace_text(*files_, folder_ / "intent.json", intent_json(intent).dump(2) + "\n");
}

std::filesystem::path RunState::config_path(std::uint32_t generation) const {
  return folder_ / fmt::format("config-{}.json", generation);
}

// In rising order.
std::vector<std::uint32_t> RunState::generations() const {
  std::vector<std::uint32_t> found;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(folder_, error)) {
    const std::string name = file.path().filename().string();
    if (!name.starts_with("config-") || !name.ends_with(".json")) continue;
    std::uint32_t generation = 0;
    const auto [end, wrong] = std::from_chars(name.data() + 7, name.data() + name.size(), generation);
    if (wrong == std::errc() && end == name.data() + name.size() - 5) found.push_back(generation);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::uint32_t RunState::latest_generation() const {
  const auto found = generations();
  return found.empty() ? 0 : found.back();
}

Result<Json> RunState::entry(std::uint32_t generation) const {
  auto document = read_json(config_path(generation));
  if (!document) return document;
  if (document->is_object() && document->contains("rig")) return document;
  return failure(config_path(generation).string() + ": is no generation of a rig; move it away");
}

Result<Json> RunState::config(std::uint32_t generation) const {
  auto found = entry(generation);
  if (!found) return found;
  return std::move((*found)["rig"]);
}

Result<std::uint32_t> RunState::add_config(const Json& document, GenerationNote note) const {
  const std::uint32_t latest = latest_generation();
  if (latest > 0) {
    const auto known = entry(latest);
    // Equal, but the rig of the file before was another: the next start compares with this one.
    const bool noted = known && (!note.from_file || known->value("from_file", false));
    if (noted && known->at("rig") == document) return latest;
  }
  const Json entry = {
      {"generation", latest + 1}, {"utc", note.utc},         {"origin", note.origin}, {"from_file", note.from_file},
      {"changes", note.changes},  {"changed", note.changed}, {"rig", document}};
  auto written = replace_text(*files_, config_path(latest + 1), entry.dump(2) + "\n");
  if (!written) return unexpected(std::move(written.error()));
  return latest + 1;
}

Json RunState::last_from_file() const {
  auto found = generations();
  for (auto generation = found.rbegin(); generation != found.rend(); ++generation) {
    const auto known = entry(*generation);
    if (known && known->value("from_file", false)) return known->at("rig");
  }
  return nullptr;
}

std::vector<GenerationNote> RunState::notes() const {
  std::vector<GenerationNote> notes;
  for (const std::uint32_t generation : generations()) {
    const auto known = entry(generation);
    if (!known) continue;
    notes.push_back({generation, known->value("utc", ""), known->value("origin", ""), known->value("from_file", false),
                     known->value("changes", std::size_t{0}), known->value("changed", std::vector<std::string>())});
  }
  return notes;
}

}  // namespace tarsier
