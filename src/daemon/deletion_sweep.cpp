#include "daemon/deletion_sweep.hpp"

#include <utility>

#include "daemon/run_deletion.hpp"

namespace tarsier {
namespace {

// Without being asked: what could not be removed before.
constexpr Nanoseconds usual_interval = std::chrono::hours(1);

}  // namespace

DeletionSweep::DeletionSweep(std::filesystem::path store)
    : store_(std::move(store)), thread_("sweep", [this] { work(); }) {}

DeletionSweep::~DeletionSweep() {
  over_ = true;
  asked_.notify();
  thread_.join();
}

void DeletionSweep::start() { asked_.notify(); }

void DeletionSweep::work() {
  while (!over_) {
    const auto ticket = asked_.ticket();
    sweep_deletions(store_, [this] { return !over_; });
    if (!over_) asked_.wait(ticket, usual_interval);
  }
}

}  // namespace tarsier
