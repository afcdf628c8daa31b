#include <cmath>

#include "base/log.hpp"
#include "daemon/camera_watch.hpp"
#include "daemon/rig_change.hpp"
#include "daemon/rig_engine.hpp"
#include "daemon/store_setup.hpp"

namespace tarsier {

void RigEngine::write_intent() {
  if (state_files_ == nullptr) return;
  while_alive([&] {
    if (auto written = state_files_->write_intent(intent_); !written) log(Severity::error, written.error().message);
  });
}

Result<void> RigEngine::can_apply(const Rig& next) {
  auto change = plan_change(rig_, cameras_, next, place_);
  if (!change) return unexpected(std::move(change.error()));
  next_ = std::move(*change);
  return {};
}

void RigEngine::apply(const Rig& next, std::uint32_t generation) {
  const bool other_end = next.run.duration_s != rig_.run.duration_s;
  rig_ = next;
  intent_.generation = generation;
  if (other_end) {
    intent_.until_utc_ns.reset();
    if (rig_.run.duration_s) {
      intent_.until_utc_ns = intent_.started_utc_ns + std::llround(*rig_.run.duration_s * 1e9);
    }
    plan_end();
  }
  write_intent();
  auto facts = std::make_shared<const RunFacts>(run_facts(intent_, rig_, utc_));
  apply_change(std::move(*next_), cameras_, *recorder_, generation, std::move(facts));
  next_.reset();
}

void RigEngine::rotate() {
  for (const auto& camera : cameras_) camera->channel.rotate_requested.store(true, std::memory_order_relaxed);
}

void RigEngine::mark(const std::string& text) {
  for (const auto& camera : cameras_) push_event(*camera, clock_, EventKind::mark, 0, text);
}

std::vector<Delivery> RigEngine::deliveries() const {
  std::vector<Delivery> all;
  for (const auto& camera : cameras_) {
    const CameraChannel& channel = camera->channel;
    all.push_back({channel.name, channel.offered.load(std::memory_order_relaxed),
                   Nanoseconds(channel.last_arrival_ns.load(std::memory_order_relaxed))});
  }
  return all;
}

}  // namespace tarsier
