#include "process/chain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace tarsier {
namespace {

constexpr float unmeasured = std::numeric_limits<float>::quiet_NaN();

Row row_of(const SlotHeader& header, std::uint32_t generation) {
  Row row;
  row.frame_id = header.frame_id;
  row.sensor_ns = header.sensor_ns;
  row.monotonic_ns = header.monotonic_ns;
  row.utc_ns = header.utc_ns;
  row.utc_uncertainty_ns = header.utc_uncertainty_ns;
  row.residual_ns = header.residual_ns;
  row.flags = header.flags;
  row.generation = generation;
  row.exposure_ns = header.exposure_ns;
  row.gain = header.gain;
  row.drift_y = row.drift_x = row.drift_residual = row.drift_confidence = unmeasured;
  return row;
}

FrameWorkOptions work_options(const std::string& camera, const ChainOptions& options) {
  return {camera, options.size, options.pixel, options.correct, options.reduce, options.threads};
}

std::int64_t interval_ns(std::optional<double> interval_s) { return interval_s ? std::llround(*interval_s * 1e9) : 0; }

const CorrectionMaps& maps_of(const ChainOptions& options) {
  static const CorrectionMaps none;
  return options.maps ? *options.maps : none;
}

}  // namespace

Bytes Chain::cost(const ChainOptions& options) { return FrameWork::cost(work_options({}, options)); }

Chain::Chain(Arena& arena, CameraChannel& channel, std::span<const RegionMask> regions, ChainOptions options)
    : channel_(channel),
      options_(std::move(options)),
      interval_ns_(interval_ns(options_.sample_interval_s)),
      work_(FrameWork::create(arena, work_options(channel.name, options_), regions, maps_of(options_))),
      regions_(regions.size()),
      layout_(options_.generation),
      widest_interval_s_(options_.nominal_interval_s),
      previous_regions_(channel.rows.region_room()),
      segment_(options_.first_segment) {}

void Chain::run() {
  RingCursors& frames = channel_.frames.cursors();
  for (;;) {
    const auto ticket = frames.filled().ticket();
    const bool closed = frames.closed();
    if (position_ < frames.published()) {
      handle(position_++);
    } else if (closed) {
      break;
    } else {
      answer(nullptr);
      stand_in_for_time();
      frames.filled().wait(ticket, patience());
    }
  }
  if (stands_in() && previous_) stand_in_until(channel_.samples_due.load(std::memory_order_relaxed));
  if (work_->interval_begun()) finish_interval(true);
  frames.release(chain_reader, position_);
  channel_.rows.cursors().close();
}

void Chain::handle(std::uint64_t position) {
  const Slot& slot = channel_.frames.at(position);
  if (slot.header.generation != options_.generation) begin_generation(slot.header);
  if (!samples_begun_) {
    sample_zero_ns_ =
        slot.header.sensor_ns - slot.header.residual_ns - static_cast<std::int64_t>(slot.header.sample) * interval_ns_;
    samples_begun_ = true;
  }
  if (stands_in() && previous_) stand_in_until(slot.header.sample);
  next_sample_ = std::max(next_sample_, slot.header.sample + 1);

  if (work_->interval_over(slot.header.sensor_ns)) finish_interval(!options_.live);
  RowEntry& entry = next_entry();
  entry.row = row_of(slot.header, options_.generation);
  const bool compare = previous_ && options_.reduce.activity;
  const Nanoseconds begun = options_.clock->monotonic();
  work_->work_on(slot.pixels, compare ? channel_.frames.at(previous_->position).pixels : std::span<std::byte>{},
                 entry.row, entry.regions);
  channel_.reduce_times.add(options_.clock->monotonic() - begun);
  fill_pair(entry.row);
  widest_interval_s_ = options_.nominal_interval_s;
  remember(entry, position);
  publish(entry, position);
  answer(&slot);
  // The slot itself stays: the next frame is compared with it.
  channel_.frames.cursors().release(chain_reader, position);
}

// The frames before belong to the generation before, and so do the samples that were due by then.
void Chain::begin_generation(const SlotHeader& header) {
  const auto next = changes_.take(header.generation);
  if (next) follow(*next, header);
  options_.generation = header.generation;
}

void Chain::follow(const ChainChange& next, const SlotHeader& header) {
  if (next.sample_interval_s != options_.sample_interval_s || next.on_missing != options_.on_missing) {
    if (stands_in() && previous_) stand_in_until(header.samples_before);
    options_.sample_interval_s = next.sample_interval_s;
    options_.on_missing = next.on_missing;
    interval_ns_ = interval_ns(next.sample_interval_s);
    next_sample_ = 0;
    samples_begun_ = false;
  }
  const bool known = options_.nominal_interval_s > 0 && next.nominal_interval_s > 0;
  widest_interval_s_ = known ? std::max(options_.nominal_interval_s, next.nominal_interval_s) : 0;
  options_.nominal_interval_s = next.nominal_interval_s;
  options_.segment_duration = next.segment_duration;
  if (next.layout == layout_) return;
  layout_ = next.layout;
  segment_over_ = true;
  if (work_->interval_begun()) finish_interval(!options_.live);
  work_->follow(next.rules, header.sensor_ns);
  options_.reduce = next.rules->reduce;
  regions_ = next.rules->table.pixels.size();
}

void Chain::remember(const RowEntry& entry, std::uint64_t position) {
  previous_ = Previous{position, entry.row};
  std::ranges::copy(entry.regions, previous_regions_.begin());
}

// The images of the interval before must have been written. A live camera does not wait for that: the interval is then
// as much longer as it takes.
void Chain::finish_interval(bool wait) {
  RingCursors& images = channel_.images.cursors();
  for (;;) {
    const auto ticket = images.freed().ticket();
    if (channel_.images.empty()) break;
    if (!wait) return;
    images.freed().wait(ticket, std::chrono::seconds(1));
  }
  ImageBatch batch = work_->finish_interval();
  batch.segment = segment_;
  last_images_ = batch;
  (void)channel_.images.push(batch);  // it was empty
}

void Chain::fill_pair(Row& row) const {
  if (!previous_) {
    row.flags |= row_first;
    return;
  }
  row.pair_ns = row.sensor_ns - previous_->row.sensor_ns;
  if (((row.flags | previous_->row.flags) & row_repeated) != 0) row.flags |= row_pair_repeated;
  // What happened during an outage is nobody's to tell, however long it was.
  if ((row.flags & row_after_restart) != 0) row.flags |= row_pair_wide;
  const double limit_ns = 1.5e9 * widest_interval_s_;
  if (limit_ns > 0 && static_cast<double>(row.pair_ns) > limit_ns) row.flags |= row_pair_wide;
}

std::int64_t Chain::deadline_ns(std::uint64_t sample) const {
  return sample_zero_ns_ + static_cast<std::int64_t>(sample) * interval_ns_;
}

// One placeholder for each sample before `sample` that has no row: the last good frame once more, flagged.
void Chain::stand_in_until(std::uint64_t sample) {
  for (; next_sample_ < sample; ++next_sample_) {
    const std::int64_t late_ns = deadline_ns(next_sample_) - previous_->row.sensor_ns;
    RowEntry& entry = next_entry();
    entry.row = previous_->row;
    entry.row.sensor_ns += late_ns;
    entry.row.monotonic_ns += late_ns;
    entry.row.utc_ns += late_ns;
    entry.row.residual_ns = 0;
    entry.row.abs_diff_sum = entry.row.changed = 0;
    entry.row.flags = row_repeated | (previous_->row.flags & row_utc_unsynchronised);
    fill_pair(entry.row);
    for (std::size_t i = 0; i < entry.regions.size(); ++i) {
      entry.regions[i] = previous_regions_[i];
      entry.regions[i].abs_diff_sum = entry.regions[i].changed = 0;
    }
    const Row row = entry.row;
    channel_.ledger.repeated.add();
    publish(entry, previous_->position);
    previous_->row = row;
  }
}

// When sample `sample` of a live camera that went silent is given up: at the next one's deadline, and a while later for
// frames that are still on their way (network cameras deliver up to two seconds late).
std::int64_t Chain::given_up_ns(std::uint64_t sample) const {
  constexpr std::int64_t on_their_way_ns = 2'000'000'000;
  return deadline_ns(sample + 1) + std::max(interval_ns_, on_their_way_ns);
}

void Chain::stand_in_for_time() {
  if (!stands_in() || !previous_ || !options_.live) return;
  while (given_up_ns(next_sample_) <= options_.clock->monotonic().count()) stand_in_until(next_sample_ + 1);
}

Nanoseconds Chain::patience() const {
  constexpr Nanoseconds at_most = std::chrono::seconds(1);
  if (!stands_in() || !previous_ || !options_.live) return at_most;
  const auto left = Nanoseconds(given_up_ns(next_sample_)) - options_.clock->monotonic();
  return std::clamp(left, Nanoseconds(std::chrono::milliseconds(1)), at_most);
}

void Chain::choose_segment(const Row& row) {
  const bool asked = channel_.rotate_requested.exchange(false, std::memory_order_relaxed);
  const bool other_layout = std::exchange(segment_over_, false);
  const bool over = Nanoseconds(row.sensor_ns - segment_start_ns_) >= options_.segment_duration;
  if (segment_has_rows_ && (asked || over || other_layout)) {
    ++segment_;
    segment_has_rows_ = false;
  }
  if (!segment_has_rows_) segment_start_ns_ = row.sensor_ns;
  segment_has_rows_ = true;
}

RowEntry& Chain::next_entry() {
  RingCursors& cursors = channel_.rows.cursors();
  for (;;) {
    const auto ticket = cursors.freed().ticket();
    if (RowEntry* entry = channel_.rows.free_entry(regions_)) return *entry;
    cursors.freed().wait(ticket, std::chrono::seconds(1));
  }
}

void Chain::publish(RowEntry& entry, std::uint64_t frame_position) {
  choose_segment(entry.row);
  entry.row.stored_index = -1;
  entry.frame_position = frame_position;
  entry.segment = segment_;
  entry.store = options_.frames_kept;
  publish_maps();
  channel_.history.add(entry.row, entry.regions, layout_);
  channel_.rows.cursors().publish();
}

// `newest`: the frame at hand; null between two frames.
void Chain::answer(const Slot* newest) {
  if (options_.mailbox == nullptr) return;
  const auto question = options_.mailbox->question(options_.camera);
  if (!question) return;
  if (!question->kind) {
    if (newest == nullptr) return;
    const std::uint64_t bytes = options_.size.pixels() * bytes_per_pixel(options_.pixel);
    options_.mailbox->answer(*question, {newest->pixels.first(bytes), newest->header.frame_id, newest->header.utc_ns});
    return;
  }
  const ProjectionRow& row = last_images_.projection;
  options_.mailbox->answer(
      *question, {last_images_.images[static_cast<std::size_t>(*question->kind)], row.last_id, row.end_utc_ns});
}

// In the queue before the first row that they belong to, or as soon after it as there is room.
void Chain::publish_maps() {
  if (!work_->has_new_maps() || !channel_.images.cursors().has_room()) return;
  ImageBatch batch = work_->take_maps();
  batch.segment = segment_;
  (void)channel_.images.push(batch);
}

}  // namespace tarsier
