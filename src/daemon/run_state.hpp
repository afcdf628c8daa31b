// What must survive a restart, in <store>/state: the lock that keeps a second daemon out, the generations of the rig,
// and the intent (which run, until when).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/file_operations.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace tarsier {

// state/intent.json.
struct Intent {
  std::string run;  // name of the run's folder
  std::int64_t started_utc_ns = 0;
  std::optional<std::int64_t> until_utc_ns;  // none: without a planned end
  std::uint32_t generation = 1;
  bool over = false;  // ended for good; nothing to continue

  // Whether a start at that time goes on with this run.
  [[nodiscard]] bool continues_at(std::int64_t utc_ns) const {
    return !over && (!until_utc_ns || utc_ns < *until_utc_ns);
  }
};

// Where a generation of the rig came from.
struct GenerationNote {
  std::uint32_t number = 0;
  std::string utc;                     // ISO 8601
  std::string origin;                  // "PATCH from 10.0.0.7"
  bool from_file = false;              // the rig that the program was started with
  std::size_t changes = 0;             // places in which it differs from the one before
  std::vector<std::string> changed{};  // pointers of the first of them
};

// One thread. Every write is atomic: a crash leaves the old or the new text. A generation is in force from the moment
// when its file is there, so none is ever half in force.
class RunState {
 public:
  // Makes the folder and takes the lock for this object's life.
  [[nodiscard]] static Result<RunState> open(FileOperations& files, const std::filesystem::path& store_directory);

  // None where no run ever began here.
  [[nodiscard]] Result<std::optional<Intent>> intent() const;
  [[nodiscard]] Result<void> write_intent(const Intent& intent) const;
  // 0: none yet.
  [[nodiscard]] std::uint32_t latest_generation() const;
  [[nodiscard]] Result<Json> config(std::uint32_t generation) const;
  // Writes `document` as the next generation and returns its number; the latest one's when it is equal.
  [[nodiscard]] Result<std::uint32_t> add_config(const Json& document, GenerationNote note) const;
  // The newest rig that came from a file; none yet: null.
  [[nodiscard]] Json last_from_file() const;
  // Of all generations, oldest first. Reads each of their files.
  [[nodiscard]] std::vector<GenerationNote> notes() const;

 private:
  RunState(FileOperations& files, std::filesystem::path folder, UniqueFd lock)
      : files_(&files), folder_(std::move(folder)), lock_(std::move(lock)) {}
  [[nodiscard]] std::filesystem::path config_path(std::uint32_t generation) const;
  [[nodiscard]] std::vector<std::uint32_t> generations() const;
  [[nodiscard]] Result<Json> entry(std::uint32_t generation) const;

  FileOperations* files_;
  std::filesystem::path folder_;
  UniqueFd lock_;
};

}  // namespace tarsier
