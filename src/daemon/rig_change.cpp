#include "daemon/rig_change.hpp"

#include <fmt/format.h>

namespace tarsier {
namespace {

// All but what acts at once: where segments end, and the reserve.
bool same_store(StoreConfig a, const StoreConfig& b) {
  a.segment_s = b.segment_s;
  a.segment_mib = b.segment_mib;
  a.reserve_mib = b.reserve_mib;
  return a == b;
}

Result<void> same_run(const Rig& before, const Rig& next) {
  const char* other = nullptr;
  if (before.experiment != next.experiment) other = "/experiment";
  if (before.device != next.device) other = "/device";
  if (before.cameras.size() != next.cameras.size()) other = "/cameras";
  if (!(before.memory == next.memory)) other = "/memory";
  if (!same_store(before.store, next.store)) other = "/store";
  if (other == nullptr) return {};
  return misuse(fmt::format("{}: cannot change while frames are recorded; stop the run and start it anew", other));
}

}  // namespace

Result<RigChange> plan_change(const Rig& rig, WiredCameras cameras, const Rig& next,
                              const std::filesystem::path& place) {
  if (auto same = same_run(rig, next); !same) return unexpected(std::move(same.error()));
  RigChange change{next, {}};
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    auto camera = resolve_again(cameras[i]->current(), change.rig.cameras[i], i, place);
    if (!camera) return unexpected(std::move(camera.error()));
    if (auto can = cameras[i]->can_apply(*camera); !can) {
      return misuse(fmt::format("/cameras/{}{}", i, can.error().message));
    }
    change.cameras.push_back(std::move(*camera));
  }
  return change;
}

void apply_change(RigChange change, WiredCameras cameras, Recorder& recorder, std::uint32_t generation,
                  std::shared_ptr<const RunFacts> run) {
  recorder.set_live(change.rig.store);
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    cameras[i]->apply(std::move(change.cameras[i]), generation, run, change.rig.store.segment_s);
  }
}

}  // namespace tarsier
