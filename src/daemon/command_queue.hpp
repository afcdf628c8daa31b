// What the control server asks of the supervisor, in order.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace tarsier {

class CommandQueue {
 public:
  using Command = std::function<void()>;
  static constexpr std::size_t most = 64;

  // `wake` is called with each command; any thread.
  explicit CommandQueue(std::function<void()> wake) : wake_(std::move(wake)) {}

  // Any thread. False: too many wait already.
  [[nodiscard]] bool push(Command command) {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() >= most) return false;
      waiting_.push_back(std::move(command));
    }
    wake_();
    return true;
  }

  // Supervisor: does one, if there is any.
  bool step() {
    Command command;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) return false;
      command = std::move(waiting_.front());
      waiting_.pop_front();
    }
    command();
    return true;
  }

 private:
  // Constant after construction.
  const std::function<void()> wake_;
  // Guarded by mutex_.
  std::mutex mutex_;
  std::deque<Command> waiting_;
};

}  // namespace tarsier
