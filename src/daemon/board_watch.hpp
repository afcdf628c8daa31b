// Looks at the board now and then on a thread of its own: a sensor that hangs holds up neither recording nor answers.
#pragma once

#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>

#include "base/clock.hpp"
#include "base/named_thread.hpp"
#include "base/wakeup.hpp"
#include "daemon/board.hpp"

namespace tarsier {

class BoardWatch {
 public:
  // Reads `sys` (see read_board) at once and then every `period`.
  explicit BoardWatch(std::filesystem::path sys, Nanoseconds period = std::chrono::seconds(5));
  // Waits for a reading that is under way.
  ~BoardWatch();
  BoardWatch(const BoardWatch&) = delete;
  BoardWatch& operator=(const BoardWatch&) = delete;

  // Any thread: the last reading with its "age_s"; null before the first.
  [[nodiscard]] Json latest() const;

 private:
  void work();

  // Constant after construction.
  const std::filesystem::path sys_;
  const Nanoseconds period_;
  const SystemClock clock_;
  // Any thread.
  std::atomic<bool> over_{false};
  Wakeup nap_;
  // Guarded by mutex_, which is never held while reading.
  mutable std::mutex mutex_;
  std::optional<BoardReading> reading_;
  Nanoseconds read_at_{0};
  NamedThread thread_;
};

}  // namespace tarsier
