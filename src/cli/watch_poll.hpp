// Asks a device again and again, and remembers what it said last.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "cli/watch_view.hpp"

namespace tarsier {

class WatchPoll {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // GET of a path, which blocks for some seconds at most.
  using Ask = std::function<Result<Json>(const std::string& path)>;

  WatchPoll(std::string device, Ask ask) : device_(std::move(device)), ask_(std::move(ask)) {}

  // Asks for the status and the new rows of the chosen camera. One thread.
  void poll(Time now);
  // Any thread, also while poll waits for an answer.
  void choose(std::size_t camera);
  [[nodiscard]] WatchState state(Time now) const;

 private:
  void ask_rows(const Json& status);
  void failed(const Error& error, Time now);

  const std::string device_;
  // Polling thread only.
  const Ask ask_;
  std::string camera_;
  ActivityHistory history_;
  // Any thread, under the mutex.
  mutable std::mutex mutex_;
  std::size_t choice_ = 0;
  WatchState state_;
  Time answered_{};
  bool silent_ = false, ever_ = false;
};

}  // namespace tarsier
