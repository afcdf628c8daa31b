#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/file_operations.hpp"
#include "daemon/rig_plan.hpp"

namespace tarsier {
namespace {

constexpr std::uint32_t least_slots = 4;

// Free bytes where the store's folder is, or will be made.
Bytes free_space(const std::filesystem::path& directory) {
  std::error_code ignored;
  std::filesystem::path existing = std::filesystem::absolute(directory, ignored);
  while (!std::filesystem::exists(existing, ignored) && existing.has_relative_path()) existing = existing.parent_path();
  const std::int64_t free = system_files().free_bytes(existing.c_str());
  return {free > 0 ? static_cast<std::uint64_t>(free) : 0};
}

struct PlannedRig {
  Rig rig;
  std::vector<ResolvedCamera> cameras;
  Bytes free;
};

Result<PlannedRig> resolve_file(const Json& document, const std::filesystem::path& place) {
  auto rig = load_rig(document, place, false);
  if (!rig) return unexpected(std::move(rig.error()));
  auto cameras = resolve_cameras(*rig, place);
  if (!cameras) return unexpected(std::move(cameras.error()));
  const Bytes free = free_space(rig->store.directory);
  return PlannedRig{std::move(*rig), std::move(*cameras), free};
}

// The camera whose slots take the most and can still be fewer; none when all are at the least.
ResolvedCamera* largest_ring(std::vector<ResolvedCamera>& cameras) {
  ResolvedCamera* largest = nullptr;
  const auto ring = [](const ResolvedCamera& camera) { return camera.config.slots * camera.frame_bytes(); };
  for (ResolvedCamera& camera : cameras) {
    if (camera.config.slots <= least_slots) continue;
    if (largest == nullptr || ring(camera) > ring(*largest)) largest = &camera;
  }
  return largest;
}

}  // namespace

Result<Rig> load_rig(const Json& document, const std::filesystem::path& place, bool source_optional) {
  ParseOptions options;
  options.source_optional = source_optional;
  options.base_directory = place.parent_path();
  auto rig = parse_rig(document, options);
  if (!rig) return unexpected(to_error(place, rig.error()));
  return std::move(*rig);
}

Result<Plan> plan_file(const Json& document, const std::filesystem::path& place) {
  const auto planned = resolve_file(document, place);
  if (!planned) return unexpected(planned.error());
  return plan_rig(planned->rig, planned->cameras, planned->free);
}

Result<Json> fit_rig(const Json& document, const std::filesystem::path& place) {
  auto planned = resolve_file(document, place);
  if (!planned) return unexpected(std::move(planned.error()));
  Json fitted = document;
  Plan plan = plan_rig(planned->rig, planned->cameras, planned->free);
  while (!plan.fits()) {
    if (ResolvedCamera* camera = largest_ring(planned->cameras)) {
      --camera->config.slots;
      fitted["cameras"][static_cast<std::size_t>(camera - planned->cameras.data())]["slots"] = camera->config.slots;
    } else if (planned->rig.store.backlog_s.value_or(0) > 0.1) {
      planned->rig.store.backlog_s = std::floor(*planned->rig.store.backlog_s * 5.0) / 10.0;
      fitted["store"]["backlog_s"] = *planned->rig.store.backlog_s;
    } else {
      return failure(
          fmt::format("{}: does not fit even with {} slots a camera; the least is memory.budget_mib {}, or "
                      "smaller frames by convert.crop or convert.bin",
                      place.string(), least_slots, std::ceil(plan.total().mebibytes())));
    }
    plan = plan_rig(planned->rig, planned->cameras, planned->free);
  }
  return fitted;
}

}  // namespace tarsier
