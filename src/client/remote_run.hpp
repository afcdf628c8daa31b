// What a device says of its runs, checked: nothing of it is believed before it is used as a name on this machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace tarsier {

struct RemoteFile {
  std::string path;  // relative to the run's folder, is_safe_path()
  std::uint64_t bytes = 0;
  std::string sha256;    // 64 hexadecimal digits; empty: not known yet
  bool sealed = false;   // it has its final name, and is not deleted
  bool deleted = false;  // on the device, to make room
  bool pulled = false;   // the device has a note that it was
};

struct RemoteRun {
  std::string name;
  bool current = false;           // it is being recorded
  std::string manifest{};         // run.json, as the device sent it
  std::vector<RemoteFile> files;  // each path once
};

// Whether a run's name, or a file's path, stays where it is put: relative, every part of it a plain name (none that is
// empty or begins with a dot, no control characters), a path ending in ".h5".
[[nodiscard]] bool is_safe_name(std::string_view name);
[[nodiscard]] bool is_safe_path(std::string_view path);

// Of the answer of GET /v1/runs: the run of that name, or, for an empty name, the newest. Its files are not there yet.
// misuse: there is no such run, and which there are.
[[nodiscard]] Result<RemoteRun> choose_run(const Json& runs, const std::string& name);

// The files of a run.json. An error for what is none, and for a path that would lead out of the run's folder.
[[nodiscard]] Result<std::vector<RemoteFile>> files_of(const std::string& manifest);

// "/v1/runs/RUN/files/CAMERA/FILE", percent-encoded.
[[nodiscard]] std::string file_target(const std::string& run, const std::string& path);

}  // namespace tarsier
