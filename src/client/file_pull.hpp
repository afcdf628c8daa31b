// One of the connections of a pull, and what they have in common.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "client/pull.hpp"

namespace tarsier {

struct SharedPull {
  std::mutex mutex;
  // Guarded by mutex.
  std::set<std::string> done;  // files that are here and right
  std::uint64_t files = 0;     // fetched
  std::uint64_t bytes = 0;
  std::uint64_t there = 0;
  std::string refusal_to_note;  // why the device was not told what was pulled; empty: it was
  bool may_only_read = false;   // then there is no use in telling it
  std::optional<Error> error;   // the first
};

// One thread; all that is passed in outlives it.
class FilePull {
 public:
  FilePull(FileOperations& files, const PullRequest& request, const PullFolder& folder, const std::string& run,
           SharedPull& shared, PullMeter& meter);

  // Fetches a file, or finds that it is there, and tells the device. False: nothing further shall be begun.
  [[nodiscard]] bool pull(const RemoteFile& file);

 private:
  [[nodiscard]] Result<void> get_here(const RemoteFile& file);
  // Whether the file is there under its final name; an error when that is another one.
  [[nodiscard]] Result<bool> is_here(const RemoteFile& file, const std::filesystem::path& place);
  [[nodiscard]] Result<void> fetch(const RemoteFile& file, const std::filesystem::path& place);
  [[nodiscard]] Result<void> fetch_bytes(const RemoteFile& file, class PartialFile& partial);
  [[nodiscard]] Result<void> note(const RemoteFile& file);
  void refuse_to_note(unsigned status, const Error& error);

  FileOperations& files_;
  const PullRequest& request_;
  const PullFolder& folder_;
  const std::string& run_;
  SharedPull& shared_;
  PullMeter& meter_;
  Device device_;
};

}  // namespace tarsier
