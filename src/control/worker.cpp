#include "control/worker.hpp"

#include <exception>
#include <utility>

#include "base/log.hpp"
#include "control/give_way.hpp"

namespace tarsier {

Worker::Worker(const std::string& name) : thread_(name, [this] { work(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  more_.notify_one();
  thread_.join();
}

void Worker::post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  more_.notify_one();
}

void Worker::work() {
  give_way();
  while (const auto job = next()) {
    try {
      job();
    } catch (const std::exception& error) {
      log(Severity::error, std::string("control: ") + error.what());
    }
  }
}

std::function<void()> Worker::next() {
  std::unique_lock lock(mutex_);
  more_.wait(lock, [this] { return over_ || !jobs_.empty(); });
  if (over_) return nullptr;
  auto job = std::move(jobs_.front());
  jobs_.pop_front();
  return job;
}

}  // namespace tarsier
