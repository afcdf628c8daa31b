#include "process/camera_intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "base/log.hpp"
#include "kernels/reduce.hpp"

namespace tarsier {
namespace {

std::uint64_t stored_bytes(const IntakeOptions& options) {
  const ImageSize size = converted_size(convert_plan(options.convert, options.source));
  return size.pixels() * bytes_per_pixel(options.convert.pixel);
}

std::span<std::uint16_t> as_words(std::span<std::byte> bytes) {
  return {reinterpret_cast<std::uint16_t*>(bytes.data()), bytes.size() / 2};
}

std::span<std::uint8_t> as_octets(std::span<std::byte> bytes) {
  return {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()};
}

std::string_view reason(GapCause cause, bool replayed) {
  switch (cause) {
    case GapCause::ring_full: return "every slot is full; more slots, fewer frames or store.codec none help";
    case GapCause::corrupted:
      if (replayed) return "the recording is damaged there; the rest goes on";
      return "the driver marks them as damaged; look at the cable and the power of the camera";
    default: return "their size or format is not the one that the run was armed for";
  }
}

// Whether the stored frame is the source's, byte for byte.
bool leaves_as_it_is(const ConvertPlan& plan, const FrameView& view) {
  const bool stored = view.format == PixelFormat::gray8 || view.format == PixelFormat::gray16;
  return stored && plan.bin == 1 && plan.rotate_deg == 0 && plan.flip == Flip::none &&
         plan.crop_width_px == view.width_px && plan.crop_height_px == view.height_px;
}

}  // namespace

ConvertPlan convert_plan(const ConvertConfig& convert, ImageSize source) {
  const CropConfig crop = convert.crop.value_or(CropConfig{0, 0, source.width_px, source.height_px});
  return {.crop_x_px = crop.x_px,
          .crop_y_px = crop.y_px,
          .crop_width_px = crop.width_px,
          .crop_height_px = crop.height_px,
          .bin = convert.bin,
          .rotate_deg = convert.rotate_deg,
          .pixel = convert.pixel,
          .bayer = convert.bayer,
          .flip = convert.flip};
}

Bytes CameraIntake::cost(const IntakeOptions& options) {
  Bytes bytes = Arena::cost(convert_scratch_bytes(convert_plan(options.convert, options.source)));
  if (options.sampling.average == 1) return bytes;
  const std::uint64_t frame = stored_bytes(options);
  const std::uint64_t pixels = frame / bytes_per_pixel(options.convert.pixel);
  return bytes + Arena::cost(frame) + Arena::cost(pixels * sizeof(std::uint32_t));
}

CameraIntake::CameraIntake(Arena& arena, CameraChannel& channel, const UtcMap& utc, IntakeOptions options)
    : options_(std::move(options)),
      plan_(convert_plan(options_.convert, options_.source)),
      channel_(channel),
      utc_(utc),
      ids_(options_.first_frame_id, options_.frames_per_s),
      gaps_(channel.gaps),
      sampling_(options_.sampling),
      sampler_(sampling_.interval_s),
      generation_(options_.generation),
      scratch_(arena.take(convert_scratch_bytes(plan_))) {
  if (!averages()) return;
  converted_ = arena.take(stored_bytes(options_));
  const std::uint64_t pixels = converted_.size() / bytes_per_pixel(plan_.pixel);
  const auto memory = arena.take(pixels * sizeof(std::uint32_t));
  sums_ = {reinterpret_cast<std::uint32_t*>(memory.data()), pixels};
}

bool CameraIntake::offer(const SourceFrame& frame) {
  channel_.offered.fetch_add(1, std::memory_order_relaxed);
  channel_.last_arrival_ns.store(frame.arrival.count(), std::memory_order_relaxed);
  if (!origin_) origin_ = last_sensor_ = frame.sensor;

  const FrameIdentity identity = ids_.identify(frame);
  if (identity.missed_before > 0) {
    channel_.ledger.missed_driver.add(identity.missed_before);
    gaps_.add({identity.id - identity.missed_before, identity.id - 1, GapCause::driver, false, utc_of(last_sensor_),
               utc_of(frame.sensor)});
  }
  last_sensor_ = frame.sensor;
  if (gathered_ == 0) {
    if (const auto next = changes_.take()) begin_generation(*next, frame, identity.id);
  }

  Ledger& ledger = channel_.ledger;
  if (draining_.load(std::memory_order_relaxed)) {
    refuse(ledger.shutdown, GapCause::shutdown, identity.id, frame.sensor);
    return false;
  }
  if (frame.corrupted) {
    refuse(ledger.corrupted, GapCause::corrupted, identity.id, frame.sensor);
  } else if (!fits(frame.view)) {
    refuse(ledger.failed, GapCause::failed, identity.id, frame.sensor);
  } else if (const auto due = wanted(frame)) {
    take(frame, identity.id, identity.distrusted ? std::uint32_t{row_sequence_distrusted} : 0U, *due);
  } else {
    ledger.sampled_out.add();
    gaps_.close();
  }
  return true;
}

void CameraIntake::begin_generation(const IntakeChange& next, const SourceFrame& frame, std::uint64_t id) {
  generation_ = next.generation;
  if (next.sampling == sampling_) return;
  samples_before_ = sampler_.over_by(frame.sensor);
  const std::uint64_t missed = samples_before_ - sampler_.next();
  if (missed > 0) {
    channel_.ledger.samples_expected.add(missed);
    count_missed(missed, id, sampler_.deadline_ns(samples_before_));
  }
  sampling_ = next.sampling;
  sampler_ = Sampler(sampling_.interval_s);
}

// `until_ns`: the deadline after the last of them.
void CameraIntake::count_missed(std::uint64_t samples, std::uint64_t id, std::int64_t until_ns) {
  channel_.ledger.samples_missed.add(samples);
  if (samples == 0 || sampling_.on_missing != OnMissing::mark) return;
  const std::int64_t end = utc_of(Nanoseconds(until_ns));
  const auto interval = static_cast<std::int64_t>(*sampling_.interval_s * 1e9);
  gaps_.add({id, id, GapCause::no_sample, false, end - static_cast<std::int64_t>(samples) * interval, end});
}

bool CameraIntake::fits(const FrameView& view) const {
  return view.width_px == options_.source.width_px && view.height_px == options_.source.height_px &&
         natural_pixel(view.format) == plan_.pixel && (plan_.bayer == BayerMethod::bilinear || is_bayer(view.format));
}

void CameraIntake::refuse(Ledger::Counter& counter, GapCause cause, std::uint64_t id, Nanoseconds sensor) {
  counter.add();
  const std::int64_t utc = utc_of(sensor);
  gaps_.add({id, id, cause, false, utc, utc});
  if (gaps_.began() && cause != GapCause::shutdown) {
    log(Severity::warning,
        fmt::format("{}: frames are refused from {} on: {}", channel_.name, id, reason(cause, options_.replayed)));
  }
}

std::optional<DueSample> CameraIntake::wanted(const SourceFrame& frame) {
  if (gathered_ > 0) return gathering_;
  return sampler_.due(frame.sensor);
}

void CameraIntake::take(const SourceFrame& frame, std::uint64_t id, std::uint32_t flags, const DueSample& due) {
  if (averages() && gathered_ == 0) {
    gathering_ = due;
    gathering_since_ = frame.sensor;
  }
  if (averages() && gathered_ + 1 < sampling_.average) {
    if (!gather(frame)) return refuse(channel_.ledger.corrupted, GapCause::corrupted, id, frame.sensor);
    channel_.ledger.averaged.add();
    gaps_.close();
    return;
  }
  Slot* slot = slot_for_frame();
  if (slot == nullptr) {
    gathered_ = 0;
    const bool shutdown = draining_.load(std::memory_order_relaxed);
    refuse(shutdown ? channel_.ledger.shutdown : channel_.ledger.ring_full,
           shutdown ? GapCause::shutdown : GapCause::ring_full, id, frame.sensor);
    return;
  }
  if (!write_pixels(frame, slot->pixels)) {
    return refuse(channel_.ledger.corrupted, GapCause::corrupted, id, frame.sensor);
  }
  slot->header = header_of(frame, id, flags, due);
  after_restart_ = false;

  Ledger& ledger = channel_.ledger;
  if (sampler_.follows_deadlines()) {
    ledger.samples_expected.add(due.missed_before + 1);
    ledger.samples_taken.add();
    count_missed(due.missed_before, id, due.deadline_ns);
  }
  sampler_.taken(due);
  gaps_.close();
  channel_.frames.publish();
}

bool CameraIntake::gather(const SourceFrame& frame) {
  if (!convert_pixels(frame, converted_)) return false;
  if (gathered_ == 0) std::fill(sums_.begin(), sums_.end(), 0U);
  if (plan_.pixel == StoredPixel::gray8) {
    accumulate(std::span<const std::uint8_t>(as_octets(converted_)), sums_);
  } else {
    accumulate(std::span<const std::uint16_t>(as_words(converted_)), sums_);
  }
  ++gathered_;
  return true;
}

bool CameraIntake::convert_pixels(const SourceFrame& frame, std::span<std::byte> pixels) {
  if (frame.pending == nullptr) {
    convert(plan_, frame.view, pixels, scratch_);
    return true;
  }
  if (leaves_as_it_is(plan_, frame.view)) return frame.pending->read_into(pixels);
  FrameView view = frame.view;
  view.planes[0].data = frame.pending->read();
  if (view.planes[0].data == nullptr) return false;
  convert(plan_, view, pixels, scratch_);
  return true;
}

// False when the frame's pixels can't be read.
bool CameraIntake::write_pixels(const SourceFrame& frame, std::span<std::byte> pixels) {
  const Nanoseconds begun = options_.clock->monotonic();
  if (averages()) {
    if (!gather(frame)) return false;
    const std::uint32_t count = std::exchange(gathered_, 0);
    if (plan_.pixel == StoredPixel::gray8) {
      mean_of_sums(sums_, count, as_octets(pixels));
    } else {
      mean_of_sums(sums_, count, as_words(pixels));
    }
  } else if (!convert_pixels(frame, pixels)) {
    return false;
  }
  channel_.convert_times.add(options_.clock->monotonic() - begun);
  return true;
}

Slot* CameraIntake::slot_for_frame() {
  RingCursors& cursors = channel_.frames.cursors();
  for (;;) {
    const auto ticket = cursors.freed().ticket();
    if (Slot* slot = channel_.frames.free_slot()) return slot;
    if (!options_.lossless || draining_.load(std::memory_order_relaxed)) return nullptr;
    cursors.freed().wait(ticket, std::chrono::seconds(1));
  }
}

SlotHeader CameraIntake::header_of(const SourceFrame& frame, std::uint64_t id, std::uint32_t flags,
                                   const DueSample& due) const {
  SlotHeader header;
  // The time of a mean is the middle of its first and last frame.
  const Nanoseconds sensor = averages() ? gathering_since_ + (frame.sensor - gathering_since_) / 2 : frame.sensor;
  header.frame_id = id;
  header.sample = due.sample;
  header.sensor_ns = sensor.count();
  header.monotonic_ns = frame.arrival.count();
  header.utc_ns = utc_of(sensor);
  header.residual_ns = sampler_.follows_deadlines() ? sensor.count() - due.deadline_ns : 0;
  header.exposure_ns = frame.exposure_ns;
  header.gain = frame.gain;
  header.flags = flags;
  header.generation = generation_;
  header.samples_before = samples_before_;
  if (averages()) header.flags |= row_averaged;
  if (after_restart_) header.flags |= row_after_restart;
  if (!options_.replayed) {
    header.utc_uncertainty_ns = utc_.uncertainty_ns();
    if (!utc_.synchronised()) header.flags |= row_utc_unsynchronised;
  }
  return header;
}

std::int64_t CameraIntake::utc_of(Nanoseconds sensor) const {
  if (!options_.replayed) return utc_.utc_ns(sensor.count());
  return options_.run_started_utc_ns + (sensor - origin_.value_or(sensor)).count();
}

void CameraIntake::missed_for(Nanoseconds outage, GapCause cause) {
  const std::uint64_t missed = ids_.restarted(outage);
  gathered_ = 0;
  after_restart_ = true;
  const Nanoseconds now = options_.clock->monotonic();
  const std::uint64_t end = ids_.next_id();
  // Without a known rate nobody can tell how many: the gap then has its times, and the id of the next frame.
  const std::uint64_t last = missed > 0 ? end - 1 : end;
  channel_.ledger.missed_restart.add(missed);
  gaps_.add({end - missed, last, cause, true, utc_of(now - outage), utc_of(now)});
}

void CameraIntake::finish() {
  // A mean that was never completed: its frames are already counted as averaged.
  gathered_ = 0;
  std::uint64_t due = sampler_.next();
  if (sampler_.follows_deadlines() && !options_.replayed) {
    due = sampler_.over_by(options_.clock->monotonic());
    const std::uint64_t missed = due - sampler_.next();
    channel_.ledger.samples_expected.add(missed);
    channel_.ledger.samples_missed.add(missed);
  }
  channel_.samples_due.store(due, std::memory_order_relaxed);
  gaps_.close();
  channel_.frames.cursors().close();
}

void CameraIntake::drain() {
  draining_.store(true, std::memory_order_relaxed);
  channel_.frames.cursors().freed().notify();
}

}  // namespace tarsier
