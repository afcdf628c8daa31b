#include "store/segment_deleter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "base/log.hpp"
#include "store/deletable.hpp"
#include "store/manifest_json.hpp"

namespace tarsier {
namespace {

namespace fs = std::filesystem;

Error damaged(const fs::path& run, const char* what) {
  return {fmt::format("{}: is not a manifest of a run ({})", (run / "run.json").string(), what)};
}

Result<void> write_document(FileOperations& files, const fs::path& run, const Json& document) {
  return replace_text(files, run / "run.json", document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Json& segment_at(Json& document, std::size_t camera, std::size_t segment) {
  return document.at("cameras").at(camera).at("segments").at(segment);
}

std::vector<std::vector<SegmentSummary>> segments_of(const Json& document) {
  std::vector<std::vector<SegmentSummary>> cameras;
  for (const Json& camera : document.at("cameras")) {
    auto& list = cameras.emplace_back();
    for (const Json& segment : camera.at("segments")) list.push_back(segment_from_json(segment));
  }
  return cameras;
}

// Somebody may be making sealed segments of them, and writes that manifest.
bool awaits_recovery(const std::vector<std::vector<SegmentSummary>>& cameras) {
  return std::any_of(cameras.begin(), cameras.end(), [](const auto& segments) {
    return std::any_of(segments.begin(), segments.end(), [](const SegmentSummary& segment) { return !segment.sealed; });
  });
}

// The same, also where run.json does not tell: it may list a segment as sealed whose journal is still there. Whoever
// recovers it deletes the journal only after run.json was written, so without one nobody else writes that.
bool has_journal(const fs::path& run) {
  std::error_code unreadable;
  for (const auto& camera : fs::directory_iterator(run, unreadable)) {
    std::error_code no_folder;
    for (const auto& file : fs::directory_iterator(camera.path(), no_folder)) {
      if (file.path().extension() == ".journal") return true;
    }
  }
  return false;
}

// A manifest that somebody wrote by hand deletes nothing elsewhere.
bool lies_below(const fs::path& file) {
  return file.is_relative() && std::find(file.begin(), file.end(), "..") == file.end();
}

std::string time_of_run(const fs::path& run) {
  const std::string name = run.filename().string();
  return time_in_name(name + "_000000.h5");
}

}  // namespace

Result<std::optional<DeletedSegment>> SegmentDeleter::delete_oldest() {
  finish_deletions();
  for (const fs::path& run : earlier_runs()) {
    std::error_code unreadable;
    const auto age = fs::last_write_time(run / "run.json", unreadable);
    const auto known = exhausted_.find(run);
    if (unreadable || (known != exhausted_.end() && known->second == age) || has_journal(run)) continue;
    auto deleted = delete_in(run);
    if (!deleted) {
      exhausted_[run] = age;
      return deleted;
    }
    if (*deleted) return deleted;
    exhausted_[run] = age;
  }
  return delete_in_this_run();
}

// The oldest first.
std::vector<fs::path> SegmentDeleter::earlier_runs() const {
  std::vector<fs::path> runs;
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(run_folder_.parent_path(), unreadable)) {
    if (entry.path().filename() == run_folder_.filename() || time_of_run(entry.path()).empty()) continue;
    if (entry.is_symlink(unreadable)) continue;  // what lies on another disk makes no room on this one
    if (fs::exists(entry.path() / "run.json", unreadable)) runs.push_back(entry.path());
  }
  std::sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) { return time_of_run(a) < time_of_run(b); });
  return runs;
}

Result<std::optional<DeletedSegment>> SegmentDeleter::delete_in(const fs::path& run) {
  const auto lock = lock_manifest(files_, run, false);
  // Whoever has it writes it anew, so that it is looked at again.
  if (!lock && lock.error().error_number == EWOULDBLOCK) return std::optional<DeletedSegment>{};
  if (!lock) return unexpected(lock.error());
  auto document = read_manifest(files_, run);
  if (!document) return unexpected(std::move(document.error()));
  try {
    const auto cameras = segments_of(*document);
    if (awaits_recovery(cameras)) return std::optional<DeletedSegment>{};
    const std::vector<std::span<const SegmentSummary>> lists(cameras.begin(), cameras.end());
    const auto oldest = find_deletable(lists, policy_, false);
    if (!oldest) return std::optional<DeletedSegment>{};
    if (!lies_below(oldest->file)) return unexpected(damaged(run, "a segment lies outside of its folder"));
    segment_at(*document, oldest->camera, oldest->segment)["deleted"] = iso_utc(clock_.utc());
    if (auto written = write_document(files_, run, *document); !written) return unexpected(std::move(written.error()));
    auto removed = remove(run / oldest->file, oldest->bytes);
    if (!removed) return unexpected(std::move(removed.error()));
    return std::optional(std::move(*removed));
  } catch (const Json::exception& error) {
    return unexpected(damaged(run, error.what()));
  }
}

Result<std::optional<DeletedSegment>> SegmentDeleter::delete_in_this_run() {
  const auto oldest = manifest_.oldest_deletable(policy_);
  if (!oldest) return std::optional<DeletedSegment>{};
  manifest_.mark_deleted(*oldest, iso_utc(clock_.utc()));
  if (auto written = manifest_.write(); !written) {
    manifest_.mark_deleted(*oldest, {});
    return unexpected(std::move(written.error()));
  }
  auto removed = remove(run_folder_ / oldest->file, oldest->bytes);
  if (!removed) return unexpected(std::move(removed.error()));
  return std::optional(std::move(*removed));
}

Result<DeletedSegment> SegmentDeleter::remove(const fs::path& file, std::uint64_t bytes) {
  const std::int64_t free_before = files_.free_bytes(run_folder_.c_str());
  const bool was_there = files_.unlink(file.c_str()) == 0;
  if (!was_there && errno != ENOENT) return unexpected(file_error(file, "delete", errno));
  const std::int64_t free_after = files_.free_bytes(run_folder_.c_str());
  log(Severity::notice,
      fmt::format("{}: deleted to make room ({}), as store.retention says", file.string(), to_text(Bytes{bytes})));
  const bool known = free_before >= 0 && free_after >= 0;
  return DeletedSegment{file, bytes, !was_there || !known || free_after > free_before};
}

// Of files whose deletion was noted, and then the power was cut.
void SegmentDeleter::finish_deletions() {
  if (finished_) return;
  finished_ = true;
  for (const fs::path& file : manifest_.deleted_files()) (void)files_.unlink((run_folder_ / file).c_str());
  for (const fs::path& run : earlier_runs()) {
    const auto document = read_manifest(files_, run);
    if (!document) continue;
    try {
      for (const auto& camera : segments_of(*document)) {
        for (const SegmentSummary& segment : camera) {
          if (!segment.deleted.empty() && lies_below(segment.file)) (void)files_.unlink((run / segment.file).c_str());
        }
      }
    } catch (const Json::exception&) {
      continue;  // delete_in() tells
    }
  }
}

Result<void> mark_pulled(FileOperations& files, const fs::path& run_folder, const fs::path& file,
                         const std::string& sha256, Nanoseconds utc) {
  const auto lock = lock_manifest(files, run_folder);
  if (!lock) return unexpected(lock.error());
  auto document = read_manifest(files, run_folder);
  if (!document) return unexpected(std::move(document.error()));
  try {
    for (Json& camera : document->at("cameras")) {
      for (Json& segment : camera.at("segments")) {
        if (segment.at("file") != file.generic_string()) continue;
        if (auto fine = check_pulled(segment_from_json(segment), sha256); !fine) return fine;
        segment["pulled"] = iso_utc(utc);
        return write_document(files, run_folder, *document);
      }
    }
  } catch (const Json::exception& error) {
    return unexpected(damaged(run_folder, error.what()));
  }
  return misuse(fmt::format("{}: run.json lists no such segment", file.generic_string()));
}

}  // namespace tarsier
