// Pulls the files of a run from a device: several at a time, each checked, over connections that may be cut.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/file_operations.hpp"
#include "client/device.hpp"
#include "client/pull_folder.hpp"
#include "client/remote_run.hpp"

namespace tarsier {

// How far a pull is, for whoever draws it. Any thread.
struct PullMeter {
  std::atomic<std::uint64_t> total{0};  // bytes of the files that can be had
  std::atomic<std::int64_t> done{0};    // of them that are here
  std::atomic<std::uint64_t> cuts{0};   // connections that failed and were tried again
  std::atomic<bool> waits{false};       // for the run to seal more
};

struct PullRequest {
  Access access;
  std::string run;                                            // empty: the newest
  std::filesystem::path directory;                            // the run's folder is made in it
  std::size_t at_once = 3;                                    // files
  bool follow = false;                                        // goes on until the run has ended
  bool rotate = false;                                        // seals what is open before
  bool look_again = false;                                    // hashes also what the device says was pulled before
  std::chrono::seconds patience = std::chrono::seconds(120);  // without a byte, then it gives up
  std::function<bool()> wanted = [] { return true; };         // any thread; asked several times a second
};

struct PullOutcome {
  PullFolder folder;        // still held
  RemoteRun run;            // as it was at the end
  std::uint64_t files = 0;  // fetched now
  std::uint64_t bytes = 0;  // of them
  std::uint64_t there = 0;  // files that were there before
  std::uint64_t open = 0;   // files that are not sealed yet, or whose checksum is not known yet: not pulled
  bool noted = true;        // the device knows what was pulled
  std::vector<std::string> notes{};
};

// Every sealed file whose SHA-256 the device's run.json knows comes into DIRECTORY/RUN under its name, once it is right
// and durable; then the device is told. What is there and right is not fetched again; what was begun goes on. Fails
// with the first error, with all that came kept; at once when nobody answers at the address. Blocks; uses no HDF5.
[[nodiscard]] Result<PullOutcome> pull(FileOperations& files, const PullRequest& request, PullMeter& meter);

}  // namespace tarsier
