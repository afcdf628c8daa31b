#include "store/run_recovery.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>

#include "base/log.hpp"
#include "base/unique_fd.hpp"
#include "store/manifest.hpp"
#include "store/manifest_json.hpp"
#include "store/newest_counts.hpp"

namespace tarsier {
namespace {

std::filesystem::path run_folder_of(const std::filesystem::path& camera_folder) {
  std::error_code unknown;
  const auto run = std::filesystem::absolute(camera_folder).lexically_normal().parent_path();
  return std::filesystem::exists(run / "run.json", unknown) ? run : std::filesystem::path();
}

void look_into(FileOperations& files, const std::filesystem::path& folder, int depth, TornPlaces& places) {
  TornSegments found = find_torn_segments(files, folder);
  for (SegmentFiles& torn : found.torn) places.torn.push_back({std::move(torn), run_folder_of(folder)});
  std::error_code unknown;
  for (const auto& part : found.orphans) {
    // Since the folder was read its recorder may have sealed it.
    if (!std::filesystem::exists(part, unknown)) continue;
    places.errors.push_back({part.string() + ": has no journal, so nobody can tell what lies in it; put its .journal "
                                             "beside it, or delete it"});
  }
  for (auto& journal : found.unbegun) places.unbegun.push_back({std::move(journal), run_folder_of(folder)});
  for (Error& error : found.unreadable) places.errors.push_back(std::move(error));
  if (depth == 0) return;
  std::error_code unreadable;
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(folder, unreadable)) {
    if (entry.is_directory(unreadable) && !entry.is_symlink(unreadable)) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  for (const auto& inner : folders) look_into(files, inner, depth - 1, places);
}

Result<TornPlaces> place_of_file(FileOperations& files, const std::filesystem::path& file) {
  TornPlaces places;
  TornPlace place{{}, run_folder_of(file.parent_path().empty() ? "." : file.parent_path())};
  if (file.extension() == ".part") {
    place.files = torn_files(file);
  } else if (file.extension() == ".journal") {
    auto names = torn_files_of_journal(files, file);
    if (!names) return unexpected(std::move(names.error()));
    place.files = std::move(*names);
  } else {
    return misuse(file.string() + ": is no torn segment; name a folder, a .part file or its .journal");
  }
  std::error_code unknown;
  if (!std::filesystem::exists(place.files.journal, unknown)) {
    return failure(
        fmt::format("{}: its journal {} is missing, and without it nobody can tell what lies in it; put "
                    "it beside",
                    file.string(), place.files.journal.filename().string()));
  }
  places.torn.push_back(std::move(place));
  return places;
}

// The store's lock for the time in which run.json is rewritten: a recorder that starts meanwhile would read the old
// one.
Result<UniqueFd> lock_store(FileOperations& files, const std::filesystem::path& run_folder) {
  const auto path = run_folder.parent_path() / "state" / "lock";
  UniqueFd lock(files.open(path.c_str(), O_RDWR, 0));
  if (!lock || files.lock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (!run_is_recorded(files, run_folder)) return UniqueFd();
  return unexpected({run_folder.string() + ": is being recorded; its recorder recovers by itself", false, EWOULDBLOCK});
}

std::string final_file(const Json& segment) {
  std::string file = segment.at("file").get<std::string>();
  if (file.ends_with(".part")) file.resize(file.size() - 5);
  return file;
}

Json::iterator find_segment(Json& segments, const std::string& file) {
  return std::find_if(segments.begin(), segments.end(),
                      [&](const Json& segment) { return final_file(segment) == file; });
}

// Its recorder or an earlier recovery came to deleting the torn files: the entry may know more by now, and the lost
// frames are counted.
bool is_entered(Json& camera, const RecoveredSegment& recovered, const std::string& file) {
  Json& segments = camera.at("segments");
  const auto entry = find_segment(segments, file);
  return recovered.end == RecoveryEnd::sealed_already && entry != segments.end() && entry->at("sealed").get<bool>();
}

void enter_segment(Json& camera, const RecoveredSegment& recovered, const std::string& file) {
  Json& segments = camera.at("segments");
  const auto entry = find_segment(segments, file);
  if (!recovered.summary.sealed) {
    if (entry != segments.end()) segments.erase(entry);
    return;
  }
  SegmentSummary summary = recovered.summary;
  summary.file = file;
  if (entry != segments.end()) {
    *entry = to_json(summary);
  } else {
    const auto behind = std::find_if(segments.begin(), segments.end(), [&](const Json& segment) {
      return segment_number(final_file(segment)) > segment_number(file);
    });
    segments.insert(behind, to_json(summary));
  }
}

void enter_gaps(Json& camera, const std::vector<Gap>& gaps) {
  Json& listed = camera.at("gaps");
  for (const Gap& gap : gaps) {
    Json entry = to_json(gap);
    if (std::find(listed.begin(), listed.end(), entry) != listed.end()) continue;
    if (listed.size() < manifest_gaps) {
      listed.push_back(std::move(entry));
    } else {
      camera["gaps_merged"] = camera.value("gaps_merged", std::uint64_t{0}) + 1;
    }
  }
}

// The journal knows more than a manifest that was written when the segment began. Lost frames were counted as stored
// when they were acknowledged.
void enter_position(Json& camera, const RecoveredSegment& recovered) {
  const auto listed = ledger_from_json(camera.at("ledger"), camera.at("samples")).value_or(LedgerCounts{});
  const std::uint64_t lost = recovered.lost_frames;
  LedgerCounts acknowledged = recovered.ledger;
  acknowledged.stored += lost;
  acknowledged.dropped.failed -= lost;
  LedgerCounts counts = newest_counts(listed, acknowledged);
  counts.stored -= lost;
  counts.dropped.failed += lost;
  camera["ledger"] = to_json(counts);
  camera["samples"] = to_json(counts.samples);
  if (recovered.next_frame_id < camera.at("next_frame_id").get<std::uint64_t>()) return;
  camera["next_frame_id"] = recovered.next_frame_id;
  if (recovered.last_utc_ns != 0) camera["last_utc_ns"] = recovered.last_utc_ns;
}

Result<void> enter(FileOperations& files, const TornPlace& place, const RecoveredSegment& recovered) {
  const auto lock = lock_store(files, place.run_folder);
  if (!lock) return unexpected(lock.error());
  const auto alone = lock_manifest(files, place.run_folder);
  if (!alone) return unexpected(alone.error());
  auto document = read_manifest(files, place.run_folder);
  if (!document) return unexpected(std::move(document.error()));
  const std::string file =
      (place.files.final_name.parent_path().filename() / place.files.final_name.filename()).generic_string();
  try {
    for (Json& camera : document->at("cameras")) {
      if (camera.at("name") != recovered.camera) continue;
      if (is_entered(camera, recovered, file)) return {};
      enter_segment(camera, recovered, file);
      enter_gaps(camera, recovered.gaps);
      enter_position(camera, recovered);
    }
  } catch (const Json::exception& error) {
    return failure(fmt::format("{}: is not a manifest of a run ({}); move it away, the segments are whole without it",
                               (place.run_folder / "run.json").string(), error.what()));
  }
  return replace_text(files, place.run_folder / "run.json",
                      document->dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

const char* to_text(RecoveryEnd end) {
  switch (end) {
    case RecoveryEnd::recovered: return "recovered";
    case RecoveryEnd::sealed_already: return "sealed already";
    case RecoveryEnd::empty: return "empty";
    case RecoveryEnd::stopped: break;
  }
  return "stopped";
}

}  // namespace

Result<TornPlaces> find_torn_places(FileOperations& files, const std::filesystem::path& place) {
  std::error_code error;
  const auto status = std::filesystem::status(place, error);
  if (!std::filesystem::exists(status)) return misuse(place.string() + ": is not there; check the path");
  if (!std::filesystem::is_directory(status)) return place_of_file(files, place);
  std::filesystem::directory_iterator readable(place, error);
  if (error) return unexpected(file_error(place, "read the folder", error.value()));
  TornPlaces places;
  look_into(files, place, 2, places);
  return places;
}

bool run_is_recorded(FileOperations& files, const std::filesystem::path& run_folder) {
  const auto state = run_folder.parent_path() / "state";
  const UniqueFd lock(files.open((state / "lock").c_str(), O_RDWR, 0));
  if (!lock || files.lock(lock.get(), LOCK_EX | LOCK_NB) == 0) return false;
  const auto text = read_text(files, state / "intent.json", kibibytes(64));
  const Json intent = text ? Json::parse(*text, nullptr, false) : Json();
  // Who holds the store and does not say for which run is given the benefit of the doubt.
  if (!intent.is_object() || !intent.contains("run")) return true;
  return intent["run"] == run_folder.filename().string() && !intent.value("over", false);
}

Result<RecoveredSegment> recover_place(FileOperations& files, const TornPlace& place, const RecoveryOptions& options) {
  if (!place.run_folder.empty() && run_is_recorded(files, place.run_folder)) {
    return unexpected({place.files.part.string() + ": its run is being recorded, and the recorder recovers by itself",
                       false, EWOULDBLOCK});
  }
  auto recovered = recover_segment(files, place.files, options);
  if (!recovered || options.dry_run || recovered->end == RecoveryEnd::stopped) return recovered;
  if (!place.run_folder.empty()) {
    if (auto entered = enter(files, place, *recovered); !entered) return unexpected(std::move(entered.error()));
  }
  if (auto removed = remove_torn(files, place.files); !removed) return unexpected(std::move(removed.error()));
  return recovered;
}

void remove_unbegun(FileOperations& files, const TornPlaces& places) {
  for (const UnbegunJournal& unbegun : places.unbegun) {
    if (!unbegun.run_folder.empty() && run_is_recorded(files, unbegun.run_folder)) continue;
    if (files.unlink(unbegun.journal.c_str()) != 0) {
      log(Severity::warning, file_error(unbegun.journal, "delete", errno).message);
    }
  }
}

Json to_json(const RecoveredSegment& segment, const TornPlace& place) {
  Json gaps = Json::array();
  for (const Gap& gap : segment.gaps) gaps.push_back(to_json(gap));
  return {{"outcome", to_text(segment.end)},
          {"file", place.files.final_name.string()},
          {"journal", place.files.journal.string()},
          {"run", segment.run},
          {"camera", segment.camera},
          {"segment", to_json(segment.summary)},
          {"lost_frames", segment.lost_frames},
          {"lost_images", segment.lost_images},
          {"unacknowledged_frames", segment.unacknowledged_frames},
          {"gaps", std::move(gaps)}};
}

std::optional<AdoptedSegment> adopted_from_json(const Json& json) {
  try {
    AdoptedSegment adopted;
    adopted.camera = json.at("camera").get<std::string>();
    adopted.journal = json.at("journal").get<std::string>();
    adopted.summary = segment_from_json(json.at("segment"));
    adopted.lost_frames = json.at("lost_frames").get<std::uint64_t>();
    for (const Json& gap : json.at("gaps")) adopted.gaps.push_back(gap_from_json(gap));
    return adopted;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace tarsier
