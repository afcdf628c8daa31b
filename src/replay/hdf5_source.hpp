// Replays a recording in an HDF5 file: reads its frames and gives them to an Intake.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/named_thread.hpp"
#include "base/result.hpp"
#include "frame/intake.hpp"
#include "replay/hdf5_recording.hpp"

namespace tarsier {

// Frame i is offered with sequence i and with its time in the recording: /timestamps where there is one, else
// i * frame_interval. A frame that can't be read is left out, so its number is missing from the sequence.
class Hdf5Source {
 public:
  // Memory that a source of these facts takes: its buffer, made at create, and what HDF5 takes to read a chunk.
  [[nodiscard]] static Bytes cost(const Hdf5Facts& facts);

  // Opens `path`, which has to be what was probed, and makes the buffer. `intake` outlives the source.
  [[nodiscard]] static Result<std::unique_ptr<Hdf5Source>> create(std::string name, const std::filesystem::path& path,
                                                                  const Hdf5Facts& probed, Intake& intake);
  ~Hdf5Source() { stop(); }
  Hdf5Source(const Hdf5Source&) = delete;
  Hdf5Source& operator=(const Hdf5Source&) = delete;

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
  Hdf5Source(std::string name, std::filesystem::path path, Hdf5Recording recording, Intake& intake);
  // The replay thread.
  void replay();
  [[nodiscard]] bool replay_batch(std::uint64_t first, std::uint64_t count);
  [[nodiscard]] bool read_and_offer(std::uint64_t first, std::uint64_t count, bool& wanted);
  [[nodiscard]] bool offer(std::uint64_t index, std::span<const std::byte> pixels, double seconds);
  [[nodiscard]] Nanoseconds time_of(std::uint64_t index, double seconds);
  void remember(std::uint64_t index, const Error& error);

  // Constant after construction.
  const std::string name_;
  const std::filesystem::path path_;
  const Hdf5Recording recording_;
  const std::uint64_t batch_;  // frames read at once
  Intake& intake_;
  const SystemClock clock_;
  // The replay thread only.
  std::vector<std::byte> pixels_;
  std::vector<double> seconds_;
  Nanoseconds last_time_{0};
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
