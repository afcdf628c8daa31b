// The runs of the store and their files, as run.json lists them: nothing else can be reached.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/unique_fd.hpp"
#include "control/device_api.hpp"

namespace tarsier {

struct RunFile {
  std::string path;  // as run.json names it: "plate-a/night_plate-a_20261121_043320_000001.h5"
  std::string camera;
  std::uint64_t bytes = 0;
  std::string sha256;   // hexadecimal; empty: not known yet
  std::string pulled;   // UTC; empty: it was not
  std::string deleted;  // UTC; empty: it was not
  bool sealed = false;
};

struct RunIndex {
  std::string run;
  Json started;  // UTC
  Json ended;    // UTC, or null
  std::vector<std::string> cameras;
  std::vector<RunFile> files;
};

struct OpenFile {
  std::shared_ptr<const UniqueFd> file;
  std::uint64_t bytes = 0;
  std::string sha256;  // empty: not known
  std::string etag;    // with its quotes
};

// Blocks on the disk. One thread at a time. Keeps the lists of the 64 runs that were asked for last, until their
// run.json changes.
class RunFiles {
 public:
  explicit RunFiles(std::filesystem::path store) : store_(std::move(store)) {}

  // Array of {run, started, ended, current, cameras, segments, bytes, unpulled}, by name. `current`: the run that is
  // recorded; empty: none.
  [[nodiscard]] Json runs(const std::string& current);
  // 404: no such run. 503: its run.json cannot be read.
  [[nodiscard]] Answer<std::shared_ptr<const RunIndex>> index(const std::string& run);
  // run.json itself.
  [[nodiscard]] Answer<OpenFile> manifest(const std::string& run);
  // A sealed file, or run.json. 404: run.json does not list it, or it was deleted; 409: it is not sealed.
  [[nodiscard]] Answer<OpenFile> open(const std::string& run, const std::string& path);

 private:
  struct Kept {
    struct stat seen {};
    std::shared_ptr<const RunIndex> index;
    std::uint64_t asked = 0;
  };
  void forget_oldest();

  const std::filesystem::path store_;
  // One thread at a time.
  std::map<std::string, Kept> kept_;
  std::uint64_t asked_ = 0;
};

[[nodiscard]] Json to_json(const RunFile& file);

}  // namespace tarsier
