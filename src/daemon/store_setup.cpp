#include "daemon/store_setup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file_operations.hpp"
#include "config/parse.hpp"
#include "daemon/versions.hpp"
#include "store/volume.hpp"

namespace tarsier {
namespace {

std::filesystem::path ballast_of(const StoreConfig& store) { return store.directory / "state" / "ballast"; }

}  // namespace

Result<void> check_store(const StoreConfig& store) {
  auto fine = check_place(store.directory, store.require_mount.value_or(""));
  return fine ? Result<void>{} : unexpected(std::move(fine.error()).within("store.directory"));
}

Bytes free_for_recording(const std::filesystem::path& folder, const StoreConfig& store) {
  const std::int64_t free = system_files().free_bytes(folder.c_str());
  std::error_code missing;
  const auto ballast = std::filesystem::file_size(ballast_of(store), missing);
  return Bytes{static_cast<std::uint64_t>(std::max<std::int64_t>(free, 0)) + (missing ? 0 : ballast)};
}

Result<void> check_room(Bytes free, Bytes reserve, const std::filesystem::path& place) {
  if (free > reserve) return {};
  return failure(fmt::format(
      "{}: the disk has {} free and {} are kept in reserve (store.reserve_mib), so no frame could be stored; free some "
      "space or choose another disk",
      place.string(), to_text(free), to_text(reserve)));
}

RecorderOptions recorder_options(const StoreConfig& store, bool reduces) {
  RecorderOptions options = RecorderOptions::of(store);
  if (reduces) {
    options.segment_limit.reset();
    options.reserve = mebibytes(reduce_reserve_mib);
    return options;
  }
  options.retention = store.retention;
  options.ballast = ballast_of(store);
  options.check_place = [store] { return check_store(store); };
  return options;
}

RunFacts run_facts(const Intent& intent, const Rig& rig, const UtcMap& utc) {
  RunFacts facts;
  facts.run = intent.run;
  facts.experiment = rig.experiment;
  facts.device = rig.device;
  facts.rig = to_json(rig);
  facts.versions = versions();
  facts.boot_id = boot_id();
  facts.started_utc_ns = intent.started_utc_ns;
  facts.started_monotonic_ns = intent.started_utc_ns - utc.offset_ns();
  return facts;
}

}  // namespace tarsier
