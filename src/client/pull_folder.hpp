// Where the files of one run are pulled to: DIRECTORY/RUN, held by one pull at a time.
//   run.json, CAMERA/SEGMENT.h5    as on the device
//   CAMERA/SEGMENT.h5.partial      being fetched
//   pulled.json                    after the segments became one file a camera: which they were, and the run.json
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/file_operations.hpp"
#include "base/json.hpp"
#include "base/unique_fd.hpp"
#include "client/remote_run.hpp"

namespace tarsier {

// One thread, but place_of() and covers(), which any may call. Follows no symbolic link below the directory.
class PullFolder {
 public:
  // Makes the folders. Error: another pull holds it, a symbolic link or a file is in its place, or a merged file has
  // changed since: what somebody added to it is not overwritten.
  [[nodiscard]] static Result<PullFolder> open(FileOperations& files, const std::filesystem::path& directory,
                                               const std::string& run);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // The full path of a file of the run; makes its folders.
  [[nodiscard]] Result<std::filesystem::path> place_of(FileOperations& files, const std::string& file) const;
  // Whether it is part of a merged file that is still there.
  [[nodiscard]] bool covers(const RemoteFile& file) const;
  // What of it has to be fetched yet, about.
  [[nodiscard]] std::uint64_t missing_bytes(const RemoteFile& file) const;
  [[nodiscard]] bool merged() const { return !covered_.empty(); }
  // The merged files; empty: there are none.
  [[nodiscard]] const std::vector<std::filesystem::path>& merged_files() const { return merged_files_; }

  [[nodiscard]] Result<void> write_manifest(FileOperations& files, const std::string& manifest) const;
  // Notes in pulled.json that `segments` are in `merged` now ({camera, file, bytes} each, `file` relative), then
  // deletes the segments and run.json.
  [[nodiscard]] Result<void> replace_by(FileOperations& files, const Json& merged,
                                        const std::vector<RemoteFile>& segments, const std::string& manifest);

 private:
  explicit PullFolder(std::filesystem::path path) : path_(std::move(path)) {}
  [[nodiscard]] Result<void> read_merged(FileOperations& files);
  [[nodiscard]] Result<void> remove_segments(FileOperations& files) const;

  std::filesystem::path path_;
  UniqueFd lock_;
  std::map<std::string, std::string, std::less<>> covered_;  // SHA-256 by path
  std::vector<std::filesystem::path> merged_files_;
};

}  // namespace tarsier
