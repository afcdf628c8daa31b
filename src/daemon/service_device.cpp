#include "daemon/service_device.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "base/log.hpp"
#include "daemon/status_document.hpp"

namespace tarsier {
namespace {

// A status is made at most so often, however many ask.
constexpr Nanoseconds status_age = std::chrono::milliseconds(50);

Refusal too_many() { return {503, "the device has too much to do; ask again in a second"}; }
Refusal nothing_recorded() { return {409, "nothing is being recorded"}; }
Refusal not_yet() { return {503, "the device is starting; ask again in a second"}; }

}  // namespace

void ServiceDevice::show(std::shared_ptr<Engine> engine) {
  const std::lock_guard lock(mutex_);
  engine_.swap(engine);  // the one before ends its life outside the lock
}

void ServiceDevice::show(const RigBook* book) {
  const std::lock_guard lock(mutex_);
  book_ = book;
}

std::shared_ptr<Engine> ServiceDevice::engine() const {
  const std::lock_guard lock(mutex_);
  return engine_;
}

const RigBook* ServiceDevice::book() const {
  const std::lock_guard lock(mutex_);
  return book_;
}

std::shared_ptr<const std::string> ServiceDevice::status() {
  const Nanoseconds now = clock_.monotonic();
  const bool stale = stale_.exchange(false);
  if (status_ && !stale && now - status_made_ < status_age) return status_;
  const auto text = present_status().dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  status_ = std::make_shared<const std::string>(text);
  status_made_ = now;
  return status_;
}

Json ServiceDevice::present_status() const {
  const auto running = engine();
  StatusSources nothing;
  nothing.monotonic_now = clock_.monotonic();
  Json document = running ? running->status() : status_document(nothing);
  document["uptime_s"] = std::chrono::duration<double>(nothing.monotonic_now - born_).count();
  document["generation"] = present_config().generation;
  if (Json board = board_ ? board_->latest() : Json(nullptr); !board.is_null()) document["board"] = std::move(board);
  return document;
}

ConfigView ServiceDevice::config() { return present_config(); }

Json ServiceDevice::history() { return book() != nullptr ? book()->history() : Json::array(); }

Answer<Json> ServiceDevice::generation(std::uint32_t generation) {
  if (book() == nullptr) return tl::make_unexpected(not_yet());
  return book()->document_of(generation);
}

RowsPage ServiceDevice::rows(const std::string& camera, std::optional<std::uint64_t> since_id, std::size_t limit) {
  const auto running = engine();
  return running ? running->rows(camera, since_id, limit) : RowsPage{};
}

std::vector<std::string> ServiceDevice::cameras() {
  std::vector<std::string> names;
  if (const auto running = engine()) {
    for (const Delivery& one : running->deliveries()) names.push_back(one.camera);
  }
  return names;
}

// A command that throws is answered as one that failed: nothing that a client asks for ends a recording.
bool ServiceDevice::push(std::function<void()> command, std::function<void(Refusal)> refuse) {
  return queue_.push([command = std::move(command), refuse = std::move(refuse)] {
    try {
      command();
    } catch (const std::exception& error) {
      log(Severity::error, fmt::format("control: {}", error.what()));
      refuse({500, "this is a fault of the device; its log says more"});
    }
  });
}

void ServiceDevice::queue(const Done<Answer<Json>>& done, std::function<void()> command) {
  const auto refuse = [done](Refusal why) { done(tl::make_unexpected(std::move(why))); };
  if (!push(std::move(command), refuse)) refuse(too_many());
}

void ServiceDevice::queue_change(const Done<ConfigAnswer>& done, std::function<void()> command) {
  const auto refuse = [done](const Refusal& why) {
    ConfigAnswer answer;
    answer.detail = why.detail;
    done(std::move(answer));
  };
  if (!push(std::move(command), refuse)) refuse(too_many());
}

void ServiceDevice::change_config(ConfigChange change, Done<ConfigAnswer> done) {
  done = seen(std::move(done));
  queue_change(done, [this, done, change = std::move(change)] { done(commands_.change(change)); });
}

void ServiceDevice::rollback(RollbackRequest request, Done<ConfigAnswer> done) {
  done = seen(std::move(done));
  queue_change(done, [this, done, request = std::move(request)] { done(commands_.take_back(request)); });
}

void ServiceDevice::start_run(StartRequest request, Done<Answer<Json>> done) {
  done = seen(std::move(done));
  queue(done, [this, done, request] { done(commands_.start(request)); });
}

void ServiceDevice::stop_run(Done<Answer<Json>> done) {
  done = seen(std::move(done));
  queue(done, [this, done] { commands_.stop(done); });
}

void ServiceDevice::rotate(Done<Answer<Json>> done) {
  done = seen(std::move(done));
  queue(done, [this, done] { commands_.rotate(done); });
}

void ServiceDevice::mark(std::string text, Done<Answer<Json>> done) {
  done = seen(std::move(done));
  queue(done, [this, done, text = std::move(text)] { done(commands_.mark(text)); });
}

void ServiceDevice::mark_pulled(std::string run, std::string file, std::string sha256, Done<Answer<Json>> done) {
  done = seen(std::move(done));
  queue(done, [this, done, run = std::move(run), file = std::move(file), sha256 = std::move(sha256)] {
    done(commands_.mark_pulled(run, file, sha256));
  });
}

void ServiceDevice::delete_run(std::string run, bool unpulled, Done<Answer<Json>> done) {
  done = seen(std::move(done));
  queue(done, [this, done, run = std::move(run), unpulled] { done(commands_.delete_run(run, unpulled)); });
}

void ServiceDevice::frame(std::string camera, Done<Answer<FrameCopy>> done) {
  const auto running = engine();
  if (!running) return done(tl::make_unexpected(nothing_recorded()));
  running->image(camera, std::nullopt, running, std::move(done));
}

void ServiceDevice::projection(std::string camera, std::string kind, Done<Answer<FrameCopy>> done) {
  const auto running = engine();
  if (!running) return done(tl::make_unexpected(nothing_recorded()));
  const auto wanted = projection_kind_from(kind);
  if (!wanted) return done(tl::make_unexpected(Refusal{404, "there is no projection " + kind}));
  running->image(camera, wanted, running, std::move(done));
}

}  // namespace tarsier
