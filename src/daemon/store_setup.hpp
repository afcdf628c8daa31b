// What the rig says of the store, made into what the recorder wants, and what is refused before anything is written.
#pragma once

#include <filesystem>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "config/rig.hpp"
#include "daemon/run_state.hpp"
#include "frame/utc_map.hpp"
#include "store/recorder.hpp"

namespace tarsier {

// Free space that an output file of `reduce` leaves, for it has no store of its own.
inline constexpr std::uint32_t reduce_reserve_mib = 64;

// Before the first file is made in the store: whether the right disk is there, and one that can hold segments.
[[nodiscard]] Result<void> check_store(const StoreConfig& store);

// Free bytes on the disk of `folder`, with what an earlier start's ballast in this store takes of them. 0: unknown.
[[nodiscard]] Bytes free_for_recording(const std::filesystem::path& folder, const StoreConfig& store);

// A run that has not begun is better refused than recorded without frames. `place` is what the message names.
[[nodiscard]] Result<void> check_room(Bytes free, Bytes reserve, const std::filesystem::path& place);

// All but clock and backlogs. With `reduces` of `reduce -o OUT.h5`, which writes one file and no store.
[[nodiscard]] RecorderOptions recorder_options(const StoreConfig& store, bool reduces);

// What every segment of the run says about it.
[[nodiscard]] RunFacts run_facts(const Intent& intent, const Rig& rig, const UtcMap& utc);

}  // namespace tarsier
