// A thread for what takes time, so that it holds up nobody on the server's thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include "base/named_thread.hpp"

namespace tarsier {

class Worker {
 public:
  explicit Worker(const std::string& name);
  // Does what is under way, forgets the rest, joins.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

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
