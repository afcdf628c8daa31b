#include "control/disk_worker.hpp"

#include <exception>
#include <string>
#include <utility>

#include "base/log.hpp"

namespace tarsier {

DiskWorker::DiskWorker() : thread_("control-disk", [this] { work(); }) {}

DiskWorker::~DiskWorker() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  more_.notify_one();
  thread_.join();
}

void DiskWorker::post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  more_.notify_one();
}

void DiskWorker::work() {
  while (const auto job = next()) {
    try {
      job();
    } catch (const std::exception& error) {
      log(Severity::error, std::string("control: ") + error.what());
    }
  }
}

std::function<void()> DiskWorker::next() {
  std::unique_lock lock(mutex_);
  more_.wait(lock, [this] { return over_ || !jobs_.empty(); });
  if (over_) return nullptr;
  auto job = std::move(jobs_.front());
  jobs_.pop_front();
  return job;
}

}  // namespace tarsier
