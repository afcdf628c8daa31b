// Removes, on a thread of its own, what deleted runs and interrupted deletions left in the store: hundreds of gigabytes
// take a disk minutes, which nobody shall wait for.
#pragma once

#include <atomic>
#include <filesystem>

#include "base/named_thread.hpp"
#include "base/wakeup.hpp"

namespace tarsier {

class DeletionSweep {
 public:
  explicit DeletionSweep(std::filesystem::path store);
  // Ends between two files; the rest goes at the next start.
  ~DeletionSweep();
  DeletionSweep(const DeletionSweep&) = delete;
  DeletionSweep& operator=(const DeletionSweep&) = delete;

  // Any thread: there is something to remove.
  void start();

 private:
  void work();

  const std::filesystem::path store_;
  std::atomic<bool> over_{false};
  Wakeup asked_;
  NamedThread thread_;
};

}  // namespace tarsier
