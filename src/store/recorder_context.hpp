// What the recorders of all cameras share.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "store/disk_space.hpp"
#include "store/io_times.hpp"
#include "store/manifest.hpp"
#include "store/recorder.hpp"
#include "store/storage_trend.hpp"
#include "store/sync_worker.hpp"

namespace tarsier {

// The error after which nothing can be written any more. Any thread.
class Fault {
 public:
  // The first one counts.
  void set(std::string message) {
    const std::lock_guard lock(mutex_);
    if (message_.empty()) message_ = std::move(message);
    set_.store(true, std::memory_order_relaxed);  // the words are guarded by the mutex
  }
  [[nodiscard]] bool is_set() const { return set_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::string message() const {
    const std::lock_guard lock(mutex_);
    return message_;
  }

 private:
  mutable std::mutex mutex_;
  std::string message_;
  std::atomic<bool> set_{false};
};

struct RecorderContext {
  const RecordingPlace& place;
  const RunFacts& run;
  const RecorderOptions& options;
  Manifest& manifest;
  SyncWorker& sync;
  DiskSpace& disk;
  Fault& fault;
  const std::atomic<bool>& stopping;  // the run ends: a full disk is not waited for any longer
  const std::atomic<std::uint64_t>&
      segment_limit;              // bytes of a file after which its chain is asked for another; 0: none
  IoTimes* seals = nullptr;       // learns how long each seal took
  StorageTrend* trend = nullptr;  // null: files get none
};

}  // namespace tarsier
