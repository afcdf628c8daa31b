// What a recorder does while the disk is gone, full to the last byte, or refuses to be written.
#include <algorithm>
#include <cerrno>

#include "base/log.hpp"
#include "store/camera_recorder.hpp"

namespace tarsier {
namespace {

constexpr Nanoseconds place_look_interval = std::chrono::seconds(1);

}  // namespace

// There is no segment to write into: rows wait in the buffer for the next one, and when that is full they go. Only a
// replayed source is kept waiting.
bool CameraRecorder::starve() {
  if (!camera_.live || given_up_) return false;
  const GatherEnd end = gatherer_.gather(nullptr, *gathering_);
  if (end == GatherEnd::other_layout && gathering_->rows().empty() && flying_->rows().empty()) {
    (void)gatherer_.facts(true);
    return true;
  }
  if (end != GatherEnd::buffer_full && end != GatherEnd::other_layout) return gatherer_.moved();
  // Rows of another layout could not lie in one file with those that wait.
  const GapCause cause = context_.disk.full() ? GapCause::disk_full : GapCause::failed;
  return gatherer_.drop_rows(cause, *gathering_) || gatherer_.moved();
}

// A deleted file takes every write without a word.
void CameraRecorder::watch_place(Nanoseconds now) {
  const bool alone = !context_.place.single_file.empty();
  if (alone || now < next_place_look_ || broken_ || !slot_.idle()) return;
  next_place_look_ = now + place_look_interval;
  if (!segment_->in_place()) break_segment("was deleted, or its disk was unmounted", false);
}

// Folders that somebody deleted are made again, but never the store itself: it may be a disk that is not there.
Result<void> CameraRecorder::prepare_folder() {
  if (context_.options.check_place) {
    if (auto fine = context_.options.check_place(); !fine) return fine;
  }
  if (!context_.place.single_file.empty()) return {};
  for (const auto& folder : {context_.place.run_folder, context_.place.run_folder / camera_.camera}) {
    FileOperations& files = *context_.options.files;
    const bool made = files.mkdir(folder.c_str(), 0755) == 0;
    if (!made && errno != EEXIST) return unexpected(file_error(folder, "create directory", errno));
    if (!made) continue;
    if (auto synced = sync_directory(files, folder.parent_path()); !synced) return synced;
  }
  return {};
}

// A run of live cameras goes on without its disk and waits for it; who can wait is better told at once.
void CameraRecorder::come_to_grief(const std::string& why) {
  retry_at_ = context_.options.clock->monotonic() + retry_interval;
  if (!camera_.live && barren_ >= barren_limit) context_.fault.set(why);
  if (!camera_.live) return;
  troubled_ = true;
  context_.disk.set_trouble(why);
}

void CameraRecorder::end_trouble() {
  troubled_ = false;
  context_.disk.set_trouble({});
  log(Severity::notice, segment_->names().part.string() + ": the disk can be written again");
}

}  // namespace tarsier
