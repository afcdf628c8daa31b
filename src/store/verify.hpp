// `tarsier verify`: is a run, or a file, still what was sealed?
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/file_operations.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace tarsier {

struct BytesProgress {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};

struct VerifyRequest {
  std::filesystem::path input;  // a sealed file, or the folder of a run
  std::function<void(const BytesProgress&)> progress = [](const BytesProgress&) {};
};

struct VerifyOutcome {
  bool whole = true;  // nothing is wrong
  // whole, input, run (of a folder), bytes; files: each what look_through() gives, and file, bytes_on_disk, sha256
  // (matches, differs, not yet, not listed), ok; faults: sentences about the run; notes: sentences about what is not
  // wrong but worth knowing.
  Json facts;
};

// Checks a file's chunks against /tarsier/chunks and its other contents against their hashes; with a run.json the
// SHA-256 and the counts that it lists, that the ledger adds up, that no file is missing. One file after the other, in
// bounded memory. An error: there is nothing to verify. Call it while no other thread is inside HDF5.
[[nodiscard]] Result<VerifyOutcome> verify(FileOperations& files, const VerifyRequest& request);

}  // namespace tarsier
