#include "store/camera_recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "base/log.hpp"
#include "store/torn_segments.hpp"

namespace tarsier {
namespace {

// How long a stop waits for room on the disk.
constexpr Nanoseconds patience_at_end = std::chrono::seconds(2);

std::uint64_t largest_record(std::uint64_t rows, std::uint64_t regions) {
  return record_bytes(rows, rows * regions, CommitBuffer::gap_room, CommitBuffer::event_room, 0, rows,
                      CommitBuffer::projection_room, CommitBuffer::storage_room);
}

}  // namespace

Bytes CameraRecorder::cost(std::uint64_t rows, std::uint64_t regions) {
  return CommitBuffer::cost(rows, regions) * 2 + Arena::cost(largest_record(rows, regions));
}

CameraRecorder::CameraRecorder(const RecorderContext& context, std::size_t index, const RecordedCamera& camera,
                               ChunkBacklog* backlog, Arena& arena)
    : context_(context),
      index_(index),
      camera_(camera.facts),
      channel_(*camera.channel),
      slot_(context.sync.add_camera()),
      record_(arena.take(largest_record(channel_.rows.cursors().capacity(), channel_.rows.region_room()))),
      first_buffer_(arena, channel_.rows.cursors().capacity(), channel_.rows.region_room()),
      second_buffer_(arena, channel_.rows.cursors().capacity(), channel_.rows.region_room()),
      gatherer_(context, camera, backlog) {}

CameraRecorder::~CameraRecorder() {
  if (segment_ && segment_->empty()) segment_->discard();
}

Result<void> CameraRecorder::begin() {
  if (context_.place.single_file.empty()) {
    const auto folder = context_.place.run_folder / camera_.camera;
    if (auto made = make_directories(*context_.options.files, folder); !made) return made;
    if (auto synced = sync_directory(*context_.options.files, context_.place.run_folder); !synced) return synced;
    remove_unbegun(*context_.options.files, folder);
    next_number_ = next_segment_number(folder);
  }
  return open_segment();
}

Result<void> CameraRecorder::open_segment() {
  const auto facts = gatherer_.facts(gathering_->rows().empty() && flying_->rows().empty());
  auto opened = OpenSegment::create(context_, facts, next_number_, channel_.ledger.snapshot(), next_frame_id_);
  if (!opened) return unexpected(std::move(opened.error()));
  segment_ = std::move(*opened);
  retry_at_ = Nanoseconds(0);
  ++next_number_;
  context_.manifest.add_rig(facts->camera.generation, facts->run->rig);
  listed_ = context_.manifest.begin_segment(index_, segment_->summary().file);
  context_.sync.write_manifest();
  const Nanoseconds now = context_.options.clock->monotonic();
  next_commit_ = now + context_.options.sync_interval;
  next_publish_ = now + context_.options.reader_flush_interval;
  unpublished_ = false;
  rotation_asked_ = false;
  return {};
}

Nanoseconds CameraRecorder::next_deadline() const {
  if (!slot_.idle()) return Nanoseconds::max();  // the answer wakes
  return segment_ && flying_->empty() ? next_commit_ : retry_at_;
}

bool CameraRecorder::step() {
  if (ended_) return false;
  const Nanoseconds now = context_.options.clock->monotonic();
  bool moved = take_answer(now);
  if (context_.stopping.load(std::memory_order_relaxed) && !give_up_at_) give_up_at_ = now + patience_at_end;
  if (context_.fault.is_set() || given_up_) return discard() || moved;
  if (!segment_) return reopen(now) || starve() || moved;
  watch_place(now);
  moved = gather(now) || moved;
  moved = commit(now) || moved;
  return (!ended_ && advance(now)) || moved;
}

bool CameraRecorder::gather(Nanoseconds now) {
  if (closing_ || broken_) return false;
  if (gathering_->events.room() > 0) {
    if (const auto note = context_.sync.take_note()) (void)gathering_->events.push(*note);
  }
  const GatherEnd end = gatherer_.gather(segment_.get(), *gathering_);
  buffer_full_ = end == GatherEnd::buffer_full;
  // A live camera cannot be asked to wait until there is room for the journal.
  const bool stuck = buffer_full_ && camera_.live && slot_.idle() && !flying_->empty() && retry_at_ > now;
  if (stuck) return gatherer_.drop_rows(GapCause::disk_full, *gathering_) || gatherer_.moved();
  if (end == GatherEnd::waiting) note_trend(false);
  if (!dated_ && !gathering_->empty()) date_commit(now);
  if (end == GatherEnd::segment_broken) {
    break_segment(gatherer_.error().message, context_.disk.full());
  } else if (end == GatherEnd::segment_over || end == GatherEnd::queue_over) {
    closing_ = gatherer_.close_gap(*gathering_);
    last_ = closing_ && end == GatherEnd::queue_over;
    if (closing_) note_trend(true);
    buffer_full_ = !closing_;
    return true;
  }
  return gatherer_.moved();
}

// A replay is to give the same file each time.
void CameraRecorder::note_trend(bool at_last) {
  if (context_.trend == nullptr || !camera_.live || (segment_->empty() && gathering_->empty())) return;
  context_.trend->look(*context_.options.clock, at_last);
  context_.trend->take(next_trend_, gathering_->storage);
}

// The oldest frame shall be safe one sync interval after it came, also when its chunk took half of that to fill up.
void CameraRecorder::date_commit(Nanoseconds now) {
  const Nanoseconds interval = context_.options.sync_interval;
  const auto rows = gathering_->rows();
  const Nanoseconds oldest = rows.empty() ? now : Nanoseconds(rows.front().monotonic_ns);
  next_commit_ = std::clamp(oldest + interval - interval / 10, now + interval / 8, now + interval);
  dated_ = true;
}

// One commit is under way at a time; what comes meanwhile gathers for the next.
bool CameraRecorder::commit(Nanoseconds now) {
  if (broken_ || !slot_.idle()) return false;
  if (!flying_->empty()) {
    if (give_up(now, "there was no room for the journal")) return true;
    if (now < retry_at_) return false;
    submit();
    return true;
  }
  if (now < next_commit_ && !buffer_full_ && !closing_) return false;
  next_commit_ = now + context_.options.sync_interval;
  const LedgerCounts ledger = channel_.ledger.snapshot();
  if (gathering_->empty() && (closing_ || ledger == flying_ledger_)) return false;
  std::swap(gathering_, flying_);
  dated_ = false;
  flying_ledger_ = ledger;
  buffer_full_ = false;
  submit();
  return true;
}

RecordContent CameraRecorder::flying_content() const { return flying_->content(flying_ledger_, next_frame_id_); }

void CameraRecorder::submit() {
  count_ids(flying_content());
  slot_.submit(segment_->commit(record_, flying_content()));
}

void CameraRecorder::count_ids(const RecordContent& content) {
  for (const Row& row : content.rows) {
    next_frame_id_ = std::max(next_frame_id_, row.frame_id + 1);
    last_utc_ns_ = row.utc_ns;
  }
  for (const Gap& gap : content.gaps) next_frame_id_ = std::max(next_frame_id_, gap.last_id + 1);
  // Frames that left neither row nor gap, sampled out for example, have had their ids too.
  next_frame_id_ = std::max(next_frame_id_,
                            content.ledger.delivered() + content.ledger.missed.driver + content.ledger.missed.restart);
}

bool CameraRecorder::take_answer(Nanoseconds now) {
  const auto answer = slot_.take_answer();
  if (!answer) return false;
  if (*answer) {
    acknowledge();
    return true;
  }
  const Error& error = answer->error();
  const bool for_space = error.error_number != EIO && context_.disk.lacks_space(error, journal_step_bytes);
  if (!for_space) {
    break_segment(error.message, false);
    return true;
  }
  context_.disk.refuse(now);
  retry_at_ = context_.disk.relieve() ? now : now + retry_interval;
  return true;
}

// The rows are safe: from here on they count, and readers may see them.
void CameraRecorder::acknowledge() {
  const RecordContent content = flying_content();
  segment_->committed(content);
  barren_ = 0;
  if (troubled_) end_trouble();
  retry_at_ = Nanoseconds(0);
  flying_->count(channel_.ledger);
  context_.disk.wrote(record_bytes(content));
  context_.manifest.add_gaps(index_, content.gaps);
  context_.manifest.set_position(index_, next_frame_id_, last_utc_ns_);
  if (!broken_) {
    auto appended = segment_->append(content);
    if (!appended) break_segment(appended.error().message, context_.disk.lacks_space(appended.error(), 0));
    unpublished_ = unpublished_ || !flying_->empty();
  }
  flying_->clear();
  flying_ledger_ = content.ledger;
  if (!broken_) watch_size();
}

// Once a segment: rows that are on their way still belong to it.
void CameraRecorder::watch_size() {
  const std::uint64_t limit = context_.segment_limit.load(std::memory_order_relaxed);
  // On a full disk what has frames is better sealed while the seal and another segment find room, in which rows go on.
  const bool full = context_.disk.full() && segment_->next_stored_index() > 0 &&
                    context_.disk.offers(segment_->seal_bytes() + Bytes{journal_step_bytes});
  if (rotation_asked_ || limit == 0 || (!full && segment_->bytes() < limit)) return;
  rotation_asked_ = true;
  channel_.rotate_requested.store(true, std::memory_order_relaxed);
}

void CameraRecorder::break_segment(std::string why, bool for_space) {
  if (broken_) return;
  broken_ = std::move(why);
  broken_for_space_ = for_space;
}

bool CameraRecorder::advance(Nanoseconds now) {
  if (!slot_.idle()) return false;
  if (broken_) {
    set_aside();
    return true;
  }
  if (closing_ && flying_->empty() && gathering_->empty()) {
    finish_segment();
    return true;
  }
  return publish(now);
}

bool CameraRecorder::publish(Nanoseconds now) {
  if (!unpublished_ || now < next_publish_) return false;
  auto published = segment_->publish();
  if (!published) break_segment(published.error().message, context_.disk.lacks_space(published.error(), 0));
  next_publish_ = now + context_.options.reader_flush_interval;
  unpublished_ = false;
  return true;
}

void CameraRecorder::finish_segment() {
  // Another layout may come before the first row.
  if (segment_->empty()) {
    segment_->discard();
    context_.manifest.forget_segment(index_, listed_);
  } else if (auto sealed = seal(); sealed) {
    list_sealed();
  } else {
    unsealed_ = fmt::format("{}: cannot be sealed and is left for recovery: {}", segment_->names().part.string(),
                            sealed.error().message);
    log(Severity::error, unsealed_);
    context_.manifest.update_segment(index_, listed_, segment_->summary());
  }
  segment_.reset();
  gatherer_.begin_segment(false);
  closing_ = false;
  ended_ = last_;
}

Result<void> CameraRecorder::seal() {
  const Clock& clock = *context_.options.clock;
  const Nanoseconds begin = clock.monotonic();
  context_.disk.make_room_for(segment_->seal_bytes());
  auto sealed = segment_->seal({channel_.ledger.snapshot(), next_frame_id_, clock.utc().count()});
  if (context_.seals != nullptr) context_.seals->add(clock.monotonic() - begin);
  return sealed;
}

void CameraRecorder::list_sealed() {
  context_.manifest.update_segment(index_, listed_, segment_->summary());
  context_.sync.sealed({index_, listed_, segment_->names().final_name, segment_->spare_journal()});
}

// What is safe in the segment stays for recovery; the rows that are not go on into the next one, without their frames.
void CameraRecorder::set_aside() {
  const std::string why = std::move(*broken_);
  broken_.reset();
  const bool useful = segment_->useful();
  const std::string message =
      fmt::format("{}: {}: {}", segment_->names().part.string(), useful ? "set aside for recovery" : "given up", why);
  if (!troubled_) log(Severity::error, message);
  if (useful) {
    context_.manifest.update_segment(index_, listed_, segment_->summary());
  } else {
    segment_->discard();
    context_.manifest.forget_segment(index_, listed_);
  }
  segment_.reset();
  context_.sync.write_manifest();
  flying_->forget_frames();
  gathering_->forget_frames();
  gatherer_.begin_segment(true);
  retry_at_ = Nanoseconds(0);
  if (!useful && !broken_for_space_ && ++barren_ >= barren_limit) come_to_grief(message);
  if (!last_ || !flying_->empty() || !gathering_->empty()) return;
  unsealed_ = message;
  ended_ = true;
}

bool CameraRecorder::reopen(Nanoseconds now) {
  if (now < retry_at_ || give_up(now, "another segment could not be made")) return false;
  auto opened = prepare_folder();
  if (opened) opened = open_segment();
  if (opened) {
    gatherer_.begin_segment(false);
    return true;
  }
  retry_at_ = now + retry_interval;
  if (!context_.disk.lacks_space(opened.error(), journal_step_bytes)) {
    ++barren_;
    if (!troubled_) log(Severity::error, opened.error().message);
    come_to_grief(opened.error().message);
  } else if (context_.disk.refuse(now); context_.disk.relieve()) {
    retry_at_ = now;
  }
  return false;
}

// At the end of a run, when the disk has been full for too long. What is still in the queues is emptied by discard(),
// so that nobody waits for us.
bool CameraRecorder::give_up(Nanoseconds now, const std::string& why) {
  const bool refused = retry_at_ > Nanoseconds(0);
  if (!refused || !give_up_at_ || now < *give_up_at_) return false;
  unsealed_ = fmt::format("{}: {}: the last rows are lost", camera_.camera, why);
  log(Severity::error, unsealed_);
  given_up_ = true;
  return true;
}

void CameraRecorder::lose_buffers() {
  for (CommitBuffer* buffer : {flying_, gathering_}) {
    buffer->lose_rows();
    buffer->count(channel_.ledger);
    buffer->clear();
  }
}

// After a fault, or when we gave up, nothing can be written: the queues are emptied so that nobody waits for us.
bool CameraRecorder::discard() {
  if (!slot_.idle()) return false;
  if (segment_) {
    context_.manifest.update_segment(index_, listed_, segment_->summary());
    segment_.reset();
  }
  lose_buffers();
  const bool moved = gatherer_.discard();
  ended_ = gatherer_.queue_over();
  return moved;
}

}  // namespace tarsier
