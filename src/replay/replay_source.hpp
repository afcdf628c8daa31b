// Replays a recording: offers its frames to an Intake, one after the other, as fast as it takes them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/bytes.hpp"
#include "base/named_thread.hpp"
#include "base/result.hpp"
#include "frame/intake.hpp"
#include "replay/recording.hpp"

namespace tarsier {

// Frame i is offered with sequence i and with its time in the recording. It is read when the intake takes it; one that
// can't be read is thereby a corrupted one, and the rest goes on.
class ReplaySource final : private PendingPixels {
 public:
  // Memory that replaying a recording of these facts takes.
  [[nodiscard]] static Bytes cost(const RecordingFacts& facts) {
    return Bytes{facts.frame_bytes() + facts.memory_bytes};
  }

  // `intake` outlives the source. `at_end` is called once on the replay thread when the last frame was offered.
  ReplaySource(std::string name, std::unique_ptr<Recording> recording, Intake& intake, std::function<void()> at_end);
  ~ReplaySource() override { stop(); }
  ReplaySource(const ReplaySource&) = delete;
  ReplaySource& operator=(const ReplaySource&) = delete;

  // Supervisor thread. Begins to read on the thread replay-<name>. Once.
  [[nodiscard]] Result<void> start();
  // Supervisor thread. When it returns, no offer() is running and none will come; an intake that waits for room has to
  // be told to give up before. Does not call finish().
  void stop();

  // Any thread. True when the last frame was offered or the intake wanted no more.
  [[nodiscard]] bool ended() const { return ended_.load(std::memory_order_acquire); }
  // Any thread. How many frames could not be read, and the last such failure in words; empty: none.
  [[nodiscard]] std::uint64_t unreadable() const { return unreadable_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::string error() const;

 private:
  // The replay thread.
  void replay();
  [[nodiscard]] bool offer(std::uint64_t index);
  bool read_into(std::span<std::byte> pixels) override;
  const std::byte* read() override;
  void remember(const Error& error);

  // Constant after construction.
  const std::string name_;
  const std::unique_ptr<Recording> recording_;
  Intake& intake_;
  const std::function<void()> at_end_;
  const SystemClock clock_;
  // The replay thread only.
  std::uint64_t index_ = 0;                  // of the frame that is offered
  std::unique_ptr<std::byte[]> conversion_;  // a frame that is converted; untouched when none is
  // Supervisor thread only.
  NamedThread thread_;
  // Any thread. Release and acquire: whoever sees the end sees the last offer's effects.
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ended_{false};
  std::atomic<std::uint64_t> unreadable_{0};
  mutable std::mutex error_mutex_;
  std::string error_;  // under error_mutex_
};

}  // namespace tarsier
