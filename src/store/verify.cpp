#include "store/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "store/journal.hpp"
#include "store/manifest.hpp"
#include "store/run_folder.hpp"
#include "store/segment_files.hpp"
#include "store/verify_file.hpp"

namespace tarsier {
namespace {

namespace fs = std::filesystem;

// A file to look at, with its entry of run.json; null: it has none.
struct Task {
  fs::path file;
  std::string shown;
  Json entry;
  std::uint64_t bytes = 0;
  // Empty: not known yet.
  [[nodiscard]] std::string sha256() const {
    const auto listed = entry.is_object() ? entry.find("sha256") : entry.end();
    return listed != entry.end() && listed->is_string() ? listed->get<std::string>() : "";
  }
  // The chunks, and once more all of it for the SHA-256.
  [[nodiscard]] std::uint64_t work() const { return sha256().empty() ? bytes : 2 * bytes; }
};

std::uint64_t count_of(const Json& json, const char* key) {
  if (!json.is_object()) return 0;
  const auto found = json.find(key);
  return found != json.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::uint64_t sum_of(const Json& json, const char* key) {
  if (!json.is_object() || !json.contains(key) || !json[key].is_object()) return 0;
  std::uint64_t sum = 0;
  for (const auto& [cause, count] : json[key].items()) sum += count_of(json[key], cause.c_str());
  return sum;
}

bool adds_up(const Json& ledger) {
  return count_of(ledger, "delivered") == count_of(ledger, "stored") + count_of(ledger, "reduced_only") +
                                              sum_of(ledger, "skipped") + sum_of(ledger, "dropped");
}

class Verification {
 public:
  Verification(FileOperations& files, const VerifyRequest& request) : files_(files), request_(request) {}

  Result<VerifyOutcome> run() {
    const auto folder = is_run_folder(request_.input);
    if (!folder) return unexpected(folder.error());
    auto prepared = *folder ? prepare_run() : prepare_file();
    if (!prepared) return unexpected(std::move(prepared.error()));
    if (tasks_.empty() && faults_.empty() && notes_.empty()) notes_.push_back("Nothing was recorded.");
    for (const Task& task : tasks_) total_ += task.work();
    for (const Task& task : tasks_) {
      if (auto looked = look_at(task); !looked) return unexpected(std::move(looked.error()));
    }
    return outcome();
  }

 private:
  void fault(std::string sentence) { faults_.push_back(std::move(sentence)); }

  Result<void> prepare_file() {
    Task task{request_.input, request_.input.string(), nullptr, file_bytes(files_, request_.input)};
    // run.json lies beside the folder of its camera.
    const fs::path camera = fs::absolute(request_.input).parent_path();
    std::error_code unreadable;
    if (fs::exists(camera.parent_path() / "run.json", unreadable)) {
      if (const auto run = read_run_folder(files_, camera.parent_path())) find_entry(*run, task);
    }
    tasks_.push_back(std::move(task));
    return {};
  }

  static void find_entry(const RunFolder& run, Task& task) {
    for (const ListedCamera& camera : run.cameras) {
      for (const ListedSegment& segment : camera.segments) {
        std::error_code unreadable;
        if (fs::equivalent(run.folder / segment.file, task.file, unreadable)) task.entry = segment.entry;
      }
    }
  }

  Result<void> prepare_run() {
    const auto run = read_run_folder(files_, request_.input);
    if (!run) return unexpected(run.error());
    run_ = run->document.value("run", "");
    if (!run->ended) notes_.push_back("run.json says that the run goes on, or was interrupted.");
    for (const ListedCamera& camera : run->cameras) prepare_camera(*run, camera);
    return {};
  }

  void prepare_camera(const RunFolder& run, const ListedCamera& camera) {
    for (const ListedSegment& segment : camera.segments) {
      if (segment.sealed) add_task(run, segment.file, segment.entry);
      if (segment.unsealed) look_at_unsealed(run, segment.file.string() + ".part");
      if (!segment.deleted.empty() && !segment.sealed) {
        notes_.push_back(fmt::format("{}: was deleted at {} to make room", segment.file.string(), segment.deleted));
      }
      if (segment.missing())
        fault(fmt::format("{}: is listed in run.json and not in the folder", segment.file.string()));
    }
    for (const fs::path& file : camera.unlisted) {
      add_task(run, file, nullptr);
      notes_.push_back(fmt::format("{}: is not listed in run.json", file.string()));
    }
    for (const fs::path& file : camera.left) look_at_unsealed(run, file);
    if (const auto ledger = camera.entry.find("ledger"); ledger == camera.entry.end() || !adds_up(*ledger)) {
      fault(fmt::format("run.json: the ledger of {} does not add up: delivered is not the sum of its outcomes",
                        camera.name));
    }
  }

  void add_task(const RunFolder& run, const fs::path& file, Json entry) {
    const fs::path path = run.folder / file;
    tasks_.push_back({path, file.string(), std::move(entry), file_bytes(files_, path)});
  }

  void look_at_unsealed(const RunFolder& run, const fs::path& part) {
    const fs::path journal = (run.folder / part).replace_extension().replace_extension(".journal");
    if (journal_in_use(files_, journal)) {
      notes_.push_back(fmt::format("{}: is being written", part.string()));
    } else {
      fault(fmt::format("{}: was never sealed; `tarsier recover {}` makes a sealed file of it", part.string(),
                        request_.input.string()));
    }
  }

  Result<void> look_at(const Task& task) {
    auto found = verify_file(files_, task.file, [&](std::uint64_t bytes) { show(std::min(bytes, task.bytes)); });
    if (!found) return unexpected(std::move(found.error()));
    done_ += task.bytes;
    show(0);
    Json file = {{"file", task.shown}, {"bytes_on_disk", task.bytes}};
    file.update(*found);
    if (auto hashed = compare_sha256(task, file); !hashed) return hashed;
    compare_entry(task, file);
    if (file.contains("ledger") && file["ledger"].is_object() && !adds_up(file["ledger"])) {
      file["faults"].push_back("the ledger does not add up: delivered is not the sum of its outcomes");
    }
    file["ok"] = file["faults"].empty() && file["bad"].empty();
    file.erase("ledger");
    whole_ = whole_ && file["ok"].get<bool>();
    results_.push_back(std::move(file));
    return {};
  }

  Result<void> compare_sha256(const Task& task, Json& file) {
    const std::string expected = task.sha256();
    file["sha256"] = task.entry.is_object() ? "not yet" : "not listed";
    if (expected.empty()) return {};
    const auto found =
        sha256_of_file(files_, task.file, [&](std::uint64_t bytes) { show(std::min(bytes, task.bytes)); });
    if (!found) return unexpected(found.error());
    done_ += task.bytes;
    show(0);
    file["sha256"] = *found == expected ? "matches" : "differs";
    if (*found != expected) file["faults"].push_back("its SHA-256 is not the one that run.json lists");
    return {};
  }

  static void compare_entry(const Task& task, Json& file) {
    if (!task.entry.is_object() || !task.entry.value("sealed", false) || !file.contains("rows")) return;
    const auto differs = [&](const char* key, const Json& found) { return task.entry.value(key, Json()) != found; };
    for (const char* key : {"rows", "first_id", "last_id"}) {
      if (differs(key, file.value(key, Json()))) {
        file["faults"].push_back(fmt::format("{} is {}, run.json lists {}", key, file.value(key, Json()).dump(),
                                             task.entry.value(key, Json()).dump()));
      }
    }
    if (differs("frames", file.value("frames", 0U))) {
      file["faults"].push_back(fmt::format("holds {} frames, run.json lists {}", file.value("frames", 0U),
                                           task.entry.value("frames", Json()).dump()));
    }
  }

  void show(std::uint64_t more) { request_.progress({done_ + more, total_}); }

  VerifyOutcome outcome() {
    whole_ = whole_ && faults_.empty();
    std::uint64_t bytes = 0;
    for (const Task& task : tasks_) bytes += task.bytes;
    Json facts = {{"input", request_.input.string()}, {"whole", whole_},   {"bytes", bytes},
                  {"files", std::move(results_)},     {"faults", faults_}, {"notes", notes_}};
    if (!run_.empty()) facts["run"] = run_;
    return {whole_, std::move(facts)};
  }

  FileOperations& files_;
  const VerifyRequest& request_;
  std::string run_;
  std::vector<Task> tasks_;
  std::vector<std::string> faults_, notes_;
  Json results_ = Json::array();
  bool whole_ = true;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace

Result<VerifyOutcome> verify(FileOperations& files, const VerifyRequest& request) {
  return Verification(files, request).run();
}

}  // namespace tarsier
