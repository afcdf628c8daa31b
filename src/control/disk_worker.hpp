// The thread on which requests touch the disk, so that a slow one holds up nobody who does not ask for files.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "base/named_thread.hpp"

namespace tarsier {

class DiskWorker {
 public:
  DiskWorker();
  // Does what is under way, forgets the rest, joins.
  ~DiskWorker();
  DiskWorker(const DiskWorker&) = delete;
  DiskWorker& operator=(const DiskWorker&) = delete;

  // Any thread. Jobs are done in turn; what one throws is logged.
  void post(std::function<void()> job);

 private:
  void work();
  [[nodiscard]] std::function<void()> next();

  // Guarded by mutex_.
  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::function<void()>> jobs_;
  bool over_ = false;
  NamedThread thread_;
};

}  // namespace tarsier
