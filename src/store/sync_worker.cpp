#include "store/sync_worker.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.hpp"
#include "store/recovery.hpp"

namespace tarsier {
namespace {

// Hashing takes a quarter of the time, so that reading a sealed file does not hold up the disk.
constexpr int pauses_per_block = 3;
constexpr Nanoseconds manifest_retry = std::chrono::seconds(1);
constexpr Nanoseconds room_look_interval = std::chrono::seconds(1);
// After a deletion whose room is not there yet: else all segments would go before the first one's room shows.
constexpr Nanoseconds slow_room_interval = std::chrono::seconds(10);

}  // namespace

void SyncWorker::sealed(SealedSegment segment) {
  {
    const std::lock_guard lock(mutex_);
    unlisted_.push_back(std::move(segment));
    manifest_dirty_ = true;
  }
  wakeup_.notify();
}

void SyncWorker::write_manifest() {
  {
    const std::lock_guard lock(mutex_);
    manifest_dirty_ = true;
  }
  wakeup_.notify();
}

void SyncWorker::finish(Nanoseconds deadline) {
  {
    const std::lock_guard lock(mutex_);
    deadline_ = deadline;
    manifest_dirty_ = true;
  }
  wakeup_.notify();
}

bool SyncWorker::step() { return commit() || keep_manifest() || make_room() || hash(); }

bool SyncWorker::commit() {
  bool any = false;
  for (const auto& slot : slots_) {
    const Commit* waiting = slot->waiting();
    if (waiting == nullptr) continue;
    Journal& journal = *waiting->journal;
    auto result = make_durable(*waiting);
    // Before the answer, after which the recorder may close the journal. Zeros that could not be written now are
    // missed, and reported, by the record that needs them.
    if (result) (void)journal.grow_ahead();
    slot->answer(std::move(result), recorder_);
    any = true;
  }
  return any;
}

Result<void> SyncWorker::make_durable(const Commit& commit) {
  if (commit.segment_fd >= 0) {
    if (auto synced = sync_data(files_, commit.segment_fd, *commit.segment); !synced) {
      // The kernel forgets what it could not write: the same call would succeed the next time and lie.
      synced.error().error_number = EIO;
      return synced;
    }
  }
  return commit.journal->append(commit.record);
}

bool SyncWorker::keep_manifest() {
  std::vector<SealedSegment> listed;  // an empty one, unlike a deque, owns no memory: this runs at every look
  {
    const std::lock_guard lock(mutex_);
    if (!manifest_dirty_ || clock_.monotonic() < next_manifest_) return false;
    manifest_dirty_ = false;
    listed.swap(unlisted_);
  }
  auto written = write_manifest_now();
  if (written) {
    manifest_failing_ = false;
    delete_journals(std::move(listed));
    return true;
  }
  if (!manifest_failing_) log(Severity::error, written.error().message);
  manifest_failing_ = true;
  next_manifest_ = clock_.monotonic() + manifest_retry;
  const std::lock_guard lock(mutex_);
  manifest_dirty_ = true;
  unlisted_.insert(unlisted_.begin(), listed.begin(), listed.end());
  return false;
}

Result<void> SyncWorker::write_manifest_now() {
  auto written = manifest_.write();
  const bool for_space = !written && (written.error().error_number == ENOSPC || written.error().error_number == EDQUOT);
  if (for_space && disk_ != nullptr && disk_->relieve()) return manifest_.write();
  return written;
}

void SyncWorker::delete_journals(std::vector<SealedSegment> segments) {
  for (SealedSegment& segment : segments) {
    if (!segment.journal.empty() && files_.unlink(segment.journal.c_str()) != 0) {
      log(Severity::warning, file_error(segment.journal, "delete", errno).message);
    }
    if (segment.torn) {
      if (auto removed = remove_torn(files_, *segment.torn); !removed) log(Severity::warning, removed.error().message);
    }
    if (!segment.file.empty()) unhashed_.push_back(std::move(segment));
  }
}

// One segment at a time, so that no commit waits longer than for one deletion.
bool SyncWorker::make_room() {
  const Nanoseconds now = clock_.monotonic();
  if (deleter_ == nullptr || now < next_room_look_) return false;
  next_room_look_ = now + room_look_interval;
  if (!disk_->wants_room()) return false;
  auto deleted = deleter_->delete_oldest();
  if (!deleted && !room_failing_) log(Severity::error, deleted.error().message);
  room_failing_ = !deleted;
  if (!deleted || !*deleted) return false;
  note_deletion(**deleted);
  next_room_look_ = (*deleted)->freed ? now : now + slow_room_interval;
  return true;
}

void SyncWorker::note_deletion(const DeletedSegment& deleted) {
  const std::lock_guard lock(mutex_);
  if (!note_) note_ = Event{.kind = EventKind::storage};
  note_->utc_ns = clock_.utc().count();
  note_->monotonic_ns = clock_.monotonic().count();
  note_->value += static_cast<double>(deleted.bytes);
  const std::string name = deleted.file.filename().string();
  const std::string text = "deleted up to " + name.substr(name.size() - std::min<std::size_t>(name.size(), 49));
  std::strncpy(note_->text, text.c_str(), sizeof note_->text - 1);
  noted_.store(true, std::memory_order_relaxed);
}

std::optional<Event> SyncWorker::take_note() {
  if (!noted_.load(std::memory_order_relaxed)) return std::nullopt;
  const std::lock_guard lock(mutex_);
  noted_.store(false, std::memory_order_relaxed);
  return std::exchange(note_, std::nullopt);
}

bool SyncWorker::hashing_allowed(Nanoseconds now) const {
  const std::lock_guard lock(mutex_);
  return deadline_ ? now < *deadline_ : now >= next_hash_;
}

bool SyncWorker::hash() {
  const Nanoseconds begin = clock_.monotonic();
  if (unhashed_.empty() || !hashing_allowed(begin) || !begin_hash()) return false;
  auto digest = hasher_.step();
  next_hash_ = clock_.monotonic() + pauses_per_block * (clock_.monotonic() - begin);
  if (digest && !*digest) return true;
  if (!digest) log(Severity::warning, digest.error().message);
  end_hash(digest ? std::move(**digest) : std::string());
  return true;
}

bool SyncWorker::begin_hash() {
  if (hashing_) return true;
  auto begun = hasher_.begin(unhashed_.front().file);
  hashing_ = begun.has_value();
  if (hashing_) return true;
  log(Severity::warning, begun.error().message);
  unhashed_.pop_front();
  return false;
}

void SyncWorker::end_hash(std::string sha256) {
  const SealedSegment& segment = unhashed_.front();
  if (!sha256.empty()) manifest_.set_hash(segment.camera, segment.segment, std::move(sha256));
  unhashed_.pop_front();
  hashing_ = false;
  write_manifest();
}

bool SyncWorker::done() {
  const Nanoseconds now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  if (!deadline_) return false;
  const bool too_late = now >= *deadline_;
  return (unlisted_.empty() && !manifest_dirty_ && unhashed_.empty()) || too_late;
}

void SyncWorker::run() {
  while (!done()) {
    const auto ticket = wakeup_.ticket();
    if (!step()) wakeup_.wait(ticket, unhashed_.empty() ? std::chrono::seconds(1) : std::chrono::milliseconds(20));
  }
}

Result<void> SyncWorker::close() {
  manifest_.end(clock_.utc());
  if (auto written = write_manifest_now(); !written) return written;
  const std::lock_guard lock(mutex_);
  delete_journals(std::move(unlisted_));
  return {};
}

}  // namespace tarsier
