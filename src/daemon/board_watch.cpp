#include "daemon/board_watch.hpp"

#include <utility>

namespace tarsier {

BoardWatch::BoardWatch(std::filesystem::path sys, Nanoseconds period)
    : sys_(std::move(sys)), period_(period), thread_("board", [this] { work(); }) {}

BoardWatch::~BoardWatch() {
  over_ = true;
  nap_.notify();
  thread_.join();
}

Json BoardWatch::latest() const {
  const std::lock_guard lock(mutex_);
  if (!reading_) return nullptr;
  Json board = to_json(*reading_);
  board["age_s"] = std::chrono::duration<double>(clock_.monotonic() - read_at_).count();
  return board;
}

void BoardWatch::work() {
  for (auto ticket = nap_.ticket(); !over_; ticket = nap_.ticket()) {
    BoardReading reading = read_board(sys_);
    {
      const std::lock_guard lock(mutex_);
      reading_ = std::move(reading);
      read_at_ = clock_.monotonic();
    }
    if (!over_) nap_.wait(ticket, period_);
  }
}

}  // namespace tarsier
