// The device as the control server sees it: looks are answered from snapshots, wishes are queued for the supervisor.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "control/device_api.hpp"
#include "daemon/board_watch.hpp"
#include "daemon/command_queue.hpp"
#include "daemon/engine.hpp"
#include "daemon/rig_book.hpp"
#include "daemon/service_commands.hpp"

namespace tarsier {

class ServiceDevice final : public DeviceApi {
 public:
  // `store` holds the runs. The others outlive the device; `commands` are called on the supervisor's thread alone.
  ServiceDevice(const Clock& clock, std::filesystem::path store, CommandQueue& queue, ServiceCommands& commands)
      : clock_(clock), born_(clock.monotonic()), store_(std::move(store)), queue_(queue), commands_(commands) {}

  // Supervisor: what there is to look at from now on; null: nothing yet.
  void show(std::shared_ptr<Engine> engine);
  void show(const RigBook* book);
  // Before the server starts: from now on the status tells of the board, whose kernel's /sys is `sys`.
  void watch_board(const std::filesystem::path& sys) { board_.emplace(sys); }

  // Any thread: the document of status(), made now.
  [[nodiscard]] Json present_status() const;

  std::shared_ptr<const std::string> status() override;
  ConfigView config() override;
  Json history() override;
  Answer<Json> generation(std::uint32_t generation) override;
  std::filesystem::path store_directory() override { return store_; }
  RowsPage rows(const std::string& camera, std::optional<std::uint64_t> since_id, std::size_t limit) override;
  std::vector<std::string> cameras() override;
  void change_config(ConfigChange change, Done<ConfigAnswer> done) override;
  void rollback(RollbackRequest request, Done<ConfigAnswer> done) override;
  void start_run(StartRequest request, Done<Answer<Json>> done) override;
  void stop_run(Done<Answer<Json>> done) override;
  void rotate(Done<Answer<Json>> done) override;
  void mark(std::string text, Done<Answer<Json>> done) override;
  void mark_pulled(std::string run, std::string file, std::string sha256, Done<Answer<Json>> done) override;
  void delete_run(std::string run, bool unpulled, Done<Answer<Json>> done) override;
  void frame(std::string camera, Done<Answer<FrameCopy>> done) override;
  void projection(std::string camera, std::string kind, Done<Answer<FrameCopy>> done) override;

 private:
  [[nodiscard]] std::shared_ptr<Engine> engine() const;
  [[nodiscard]] const RigBook* book() const;
  [[nodiscard]] ConfigView present_config() const { return book() != nullptr ? book()->view() : ConfigView{}; }
  // `done`, whose caller sees in the next status what it was told.
  template <typename Value>
  [[nodiscard]] Done<Value> seen(Done<Value> done) {
    return [this, done = std::move(done)](Value value) {
      stale_ = true;
      done(std::move(value));
    };
  }
  [[nodiscard]] bool push(std::function<void()> command, std::function<void(Refusal)> refuse);
  void queue(const Done<Answer<Json>>& done, std::function<void()> command);
  void queue_change(const Done<ConfigAnswer>& done, std::function<void()> command);

  // Constant after construction.
  const Clock& clock_;
  const Nanoseconds born_;
  const std::filesystem::path store_;
  CommandQueue& queue_;
  ServiceCommands& commands_;
  // Any thread.
  std::atomic<bool> stale_{false};  // the status that is kept was made before a command was answered
  // Any thread, once it is there.
  std::optional<BoardWatch> board_;
  // Guarded by mutex_.
  mutable std::mutex mutex_;
  std::shared_ptr<Engine> engine_;
  const RigBook* book_ = nullptr;
  // Server's thread.
  std::shared_ptr<const std::string> status_;
  Nanoseconds status_made_{0};
};

}  // namespace tarsier
