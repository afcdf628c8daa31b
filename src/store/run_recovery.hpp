// Recovery of the torn segments in a folder, for runs that nobody records any more, and beside one that goes on.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "store/recovery.hpp"
#include "store/torn_segments.hpp"

namespace tarsier {

// A torn segment and where it stands.
struct TornPlace {
  SegmentFiles files;
  std::filesystem::path run_folder;  // holds the run.json that lists it; empty: none does
};

struct UnbegunJournal {
  std::filesystem::path journal;
  std::filesystem::path run_folder;
};

struct TornPlaces {
  std::vector<TornPlace> torn;
  std::vector<UnbegunJournal> unbegun;  // of which nothing was ever promised
  std::vector<Error> errors;            // of what cannot be recovered
};

// Everything torn in `place`: one `.part` file or a journal, a camera's folder, a run, or a store of runs. An error
// when it is none of these.
[[nodiscard]] Result<TornPlaces> find_torn_places(FileOperations& files, const std::filesystem::path& place);

// Whether a living recorder writes into that run's folder: its run.json is not ours to write.
[[nodiscard]] bool run_is_recorded(FileOperations& files, const std::filesystem::path& run_folder);

// Recovers one segment whole: makes it anew, enters it in run.json where there is one, deletes the torn files.
[[nodiscard]] Result<RecoveredSegment> recover_place(FileOperations& files, const TornPlace& place,
                                                     const RecoveryOptions& options);

// Deletes journals that were never begun, where nobody records.
void remove_unbegun(FileOperations& files, const TornPlaces& places);

// What `recover --json` prints of a segment, and what a recovery beside a recording tells its parent.
[[nodiscard]] Json to_json(const RecoveredSegment& segment, const TornPlace& place);
// The reverse, for the parent; nothing when it is no such thing.
[[nodiscard]] std::optional<AdoptedSegment> adopted_from_json(const Json& json);

}  // namespace tarsier
