#include <fmt/chrono.h>
#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <ctime>
#include <memory>
#include <string>

#include "base/named_thread.hpp"
#include "cli/commands.hpp"
#include "cli/device_options.hpp"
#include "cli/exit_code.hpp"
#include "cli/screen.hpp"
#include "cli/terminal.hpp"
#include "cli/watch_poll.hpp"
#include "client/device.hpp"

namespace tarsier {
namespace {

using Clock = std::chrono::steady_clock;

// Polls once a second, and at once when it is poked, in a thread of its own: a device that doesn't answer must not
// keep the keys from being obeyed.
class Poller {
 public:
  explicit Poller(WatchPoll& poll) : poll_(poll), thread_("watch", [this] { work(); }) {}
  ~Poller() {
    wake(stop_);
    thread_.join();
  }
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void poke() { wake(poked_); }

 private:
  void wake(bool& why) {
    const std::lock_guard lock(mutex_);
    why = true;
    changed_.notify_one();
  }
  void work() {
    std::unique_lock lock(mutex_);
    while (!stop_) {
      lock.unlock();
      poll_.poll(Clock::now());
      lock.lock();
      changed_.wait_for(lock, std::chrono::seconds(1), [this] { return stop_ || poked_; });
      poked_ = false;
    }
  }

  // Thread `watch`.
  WatchPoll& poll_;
  // Any thread, under the mutex.
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false, poked_ = false;
  NamedThread thread_;
};

std::string clock_text() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return fmt::format("{:%H:%M:%S}", local);
}

// Where a key moves the screen to; watch_view keeps it within the text.
std::size_t scrolled_by(Key key, std::size_t at, std::size_t page) {
  constexpr std::size_t end = 1'000'000;
  switch (key) {
    case Key::up: return at > 0 ? at - 1 : 0;
    case Key::down: return at + 1;
    case Key::page_up: return at > page ? at - page : 0;
    case Key::page_down: return at + page;
    case Key::home: return 0;
    case Key::end: return end;
    default: return at;
  }
}

void show(Screen& screen, WatchPoll& poll, Poller& poller) {
  constexpr auto redrawn_every = std::chrono::milliseconds(200);
  WatchChoice choice{.unicode = shows_utf8()};
  for (Key key = Key::none; key != Key::quit; key = screen.key(redrawn_every)) {
    const auto size = screen.size();
    choice.scrolled = scrolled_by(key, choice.scrolled, size.rows > 3 ? size.rows - 3 : 1);
    if (key == Key::next) {
      poll.choose(++choice.camera);
      poller.poke();
    }
    auto state = poll.state(Clock::now());
    state.clock = clock_text();
    const auto view = watch_view(state, choice, size);
    choice.scrolled = view.scrolled;
    screen.draw(view.lines);
  }
}

int watch(const DeviceOptions& options) {
  constexpr auto patience = std::chrono::seconds(5);
  auto access = access_of(options);
  if (!access) return report(access.error());
  std::atomic<bool> wanted = true;
  Device device(std::move(*access));
  device.while_wanted([&] { return wanted.load(std::memory_order_relaxed); });  // no other memory hangs on it
  WatchPoll poll(options.at,
                 [&](const std::string& path) { return device.document_of({.target = path, .within = patience}); });
  auto screen = Screen::create();
  if (!screen) return report(screen.error());
  Poller poller(poll);
  show(*screen, poll, poller);
  wanted.store(false, std::memory_order_relaxed);
  return exit_done;
}

}  // namespace

void add_watch_command(CLI::App& application, Job& job) {
  const auto options = std::make_shared<DeviceOptions>();
  auto* command = application.add_subcommand("watch", "Show how a device is, all the time, on the whole terminal");
  add_device_options(*command, *options);
  command->footer(
      "Keys: q quits, tab shows the next camera's stages and regions, arrows and page keys scroll.\n"
      "Example:\n  tarsier watch --at incubator3");
  command->callback([options, &job] { job = [options] { return watch(*options); }; });
}

}  // namespace tarsier
