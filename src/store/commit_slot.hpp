// One camera's commit on its way from the recorder to the sync thread, and the answer back.
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>

#include "base/result.hpp"
#include "base/wakeup.hpp"
#include "store/journal.hpp"

namespace tarsier {

// What belongs to the other thread between submit() and the answer.
struct Commit {
  int segment_fd = -1;  // to be made durable first; -1: no frame was written since the last commit
  const std::filesystem::path* segment = nullptr;  // its name, for messages
  Journal* journal = nullptr;
  std::span<const std::byte> record;
};

// Allocates nothing but an error's words.
class CommitSlot {
 public:
  explicit CommitSlot(Wakeup& sync) : sync_(sync) {}

  // Recorder thread. Only while idle().
  void submit(const Commit& commit) {
    commit_ = commit;
    state_.store(State::submitted, std::memory_order_release);  // the commit is seen with it
    sync_.notify();
  }
  [[nodiscard]] bool idle() const { return state_.load(std::memory_order_relaxed) == State::idle; }
  // Recorder thread: the answer, once.
  [[nodiscard]] std::optional<Result<void>> take_answer() {
    if (state_.load(std::memory_order_acquire) != State::answered) return std::nullopt;
    state_.store(State::idle, std::memory_order_relaxed);
    return std::move(answer_);
  }

  // Sync thread: the commit that waits to be done.
  [[nodiscard]] const Commit* waiting() const {
    return state_.load(std::memory_order_acquire) == State::submitted ? &commit_ : nullptr;
  }
  void answer(Result<void> result, Wakeup& recorder) {
    answer_ = std::move(result);
    state_.store(State::answered, std::memory_order_release);  // the answer is seen with it
    recorder.notify();
  }

 private:
  enum class State { idle, submitted, answered };
  Wakeup& sync_;
  Commit commit_;
  Result<void> answer_;
  std::atomic<State> state_{State::idle};
};

}  // namespace tarsier
