#include "cli/watch_poll.hpp"

#include <fmt/format.h>

#include "cli/json_values.hpp"
#include "client/device.hpp"

namespace tarsier {
namespace {

constexpr unsigned most_pages = 10;

}  // namespace

void WatchPoll::poll(Time now) {
  auto status = ask_("/v1/status");
  if (!status) return failed(status.error(), now);
  ask_rows(*status);
  const std::lock_guard lock(mutex_);
  state_.status = std::move(*status);
  state_.activity = history_.regions();
  answered_ = now;
  silent_ = false;
  ever_ = true;
}

void WatchPoll::choose(std::size_t camera) {
  const std::lock_guard lock(mutex_);
  choice_ = camera;
}

WatchState WatchPoll::state(Time now) const {
  const std::lock_guard lock(mutex_);
  WatchState copy = state_;
  copy.device = device_;
  if (silent_) copy.silent_s = std::chrono::duration<double>(now - answered_).count();
  return copy;
}

void WatchPoll::ask_rows(const Json& status) {
  std::size_t choice = 0;
  {
    const std::lock_guard lock(mutex_);
    choice = choice_;
  }
  const auto& cameras = value_at(status, "/cameras");
  const auto name = cameras.is_array() && !cameras.empty() ? text_at(cameras[choice % cameras.size()], "/name") : "";
  if (name != camera_) history_.clear();
  camera_ = name;
  if (name.empty()) return;
  for (unsigned page = 0; page < most_pages; ++page) {
    const auto last = history_.last_id();
    const auto path = fmt::format("/v1/cameras/{}/rows?limit=1000", path_segment(name));
    const auto rows = ask_(last ? fmt::format("{}&since_id={}", path, *last) : path);
    if (!rows) return;
    history_.add(*rows);
    if (value_at(*rows, "/more") != true) return;
  }
}

void WatchPoll::failed(const Error& error, Time now) {
  const std::lock_guard lock(mutex_);
  state_.trouble = error.message;
  if (!silent_ && !ever_) answered_ = now;
  silent_ = true;
}

}  // namespace tarsier
