#include "process/chain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tarsier {
namespace {

constexpr float unmeasured = std::numeric_limits<float>::quiet_NaN();

template <typename Pixel>
std::span<const Pixel> pixels_of(const Slot& slot) {
  return {reinterpret_cast<const Pixel*>(slot.pixels.data()), slot.pixels.size() / sizeof(Pixel)};
}

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

RegionRow region_row(const Totals& totals) {
  return {totals.abs_diff_sum, static_cast<std::uint32_t>(totals.changed), totals.sum, totals.sum_sq, totals.min,
          totals.max};
}

}  // namespace

Chain::Chain(CameraChannel& channel, std::span<const RegionMask> regions, ChainOptions options)
    : options_(std::move(options)),
      table_(region_table(regions)),
      interval_ns_(options_.sample_interval_s ? std::llround(*options_.sample_interval_s * 1e9) : 0),
      channel_(channel),
      region_totals_(regions.size()),
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
      stand_in_for_time();
      frames.filled().wait(ticket, patience());
    }
  }
  if (stands_in() && previous_) stand_in_until(channel_.samples_due.load(std::memory_order_relaxed));
  frames.release(chain_reader, position_);
  channel_.rows.cursors().close();
}

void Chain::handle(std::uint64_t position) {
  const Slot& slot = channel_.frames.at(position);
  if (!previous_)
    sample_zero_ns_ =
        slot.header.sensor_ns - slot.header.residual_ns - static_cast<std::int64_t>(slot.header.sample) * interval_ns_;
  if (stands_in() && previous_) stand_in_until(slot.header.sample);
  next_sample_ = std::max(next_sample_, slot.header.sample + 1);

  RowEntry& entry = next_entry();
  entry.row = row_of(slot.header, options_.generation);
  const Nanoseconds begun = options_.clock->monotonic();
  reduce_frame(slot, entry);
  channel_.reduce_times.add(options_.clock->monotonic() - begun);
  fill_pair(entry.row);
  const Row row = entry.row;
  publish(entry, position);
  previous_ = Previous{position, row};
  // The slot itself stays: the next frame is compared with it.
  channel_.frames.cursors().release(chain_reader, position);
}

void Chain::reduce_frame(const Slot& slot, RowEntry& entry) {
  const bool compare = previous_ && options_.reduce.activity;
  std::fill(region_totals_.begin(), region_totals_.end(), Totals{});
  Totals whole;
  const auto reduce_as = [&]<typename Pixel>(Pixel) {
    const auto before = compare ? pixels_of<Pixel>(channel_.frames.at(previous_->position)) : std::span<const Pixel>{};
    const FramePass<Pixel> pass{.current = pixels_of<Pixel>(slot),
                                .previous = before,
                                .corrected = {},
                                .size = options_.size,
                                .threshold = options_.reduce.changed_threshold,
                                .table = &table_};
    reduce(pass, {0, options_.size.height_px}, whole, region_totals_);
  };
  if (options_.pixel == StoredPixel::gray8) {
    reduce_as(std::uint8_t{});
  } else {
    reduce_as(std::uint16_t{});
  }
  entry.row.n = options_.size.pixels();
  entry.row.abs_diff_sum = whole.abs_diff_sum;
  entry.row.changed = whole.changed;
  entry.row.sum = whole.sum;
  entry.row.sum_sq = whole.sum_sq;
  entry.row.min = whole.min;
  entry.row.max = whole.max;
  std::transform(region_totals_.begin(), region_totals_.end(), entry.regions.begin(), region_row);
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
  const double limit_ns = 1.5e9 * options_.nominal_interval_s;
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
      Totals still = region_totals_[i];
      still.abs_diff_sum = still.changed = 0;
      entry.regions[i] = region_row(still);
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
  const bool over = Nanoseconds(row.sensor_ns - segment_start_ns_) >= options_.segment_duration;
  if (segment_has_rows_ && (asked || over)) {
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
    if (RowEntry* entry = channel_.rows.free_entry()) return *entry;
    cursors.freed().wait(ticket, std::chrono::seconds(1));
  }
}

void Chain::publish(RowEntry& entry, std::uint64_t frame_position) {
  choose_segment(entry.row);
  entry.row.stored_index = -1;
  entry.frame_position = frame_position;
  entry.segment = segment_;
  entry.store = options_.frames_kept;
  channel_.rows.cursors().publish();
}

}  // namespace tarsier
