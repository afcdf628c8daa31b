#include "replay/replay_source.hpp"

#include <fmt/format.h>

#include <system_error>

namespace tarsier {

ReplaySource::ReplaySource(std::string name, std::unique_ptr<Recording> recording, Intake& intake,
                           std::function<void()> at_end)
    : name_(std::move(name)),
      recording_(std::move(recording)),
      intake_(intake),
      at_end_(std::move(at_end)),
      conversion_(std::make_unique_for_overwrite<std::byte[]>(recording_->facts().frame_bytes())) {}

Result<void> ReplaySource::start() {
  try {
    thread_ = NamedThread("replay-" + name_, [this] { replay(); });
  } catch (const std::system_error& error) {
    return failure(fmt::format("{}: {}; raise the limit of tasks", name_, error.what()));
  }
  return {};
}

void ReplaySource::stop() {
  stopping_.store(true, std::memory_order_release);
  thread_.join();
}

std::string ReplaySource::error() const {
  const std::lock_guard lock(error_mutex_);
  return error_;
}

void ReplaySource::replay() {
  const std::uint64_t frames = recording_->facts().frames;
  for (std::uint64_t index = 0; index < frames; ++index) {
    if (stopping_.load(std::memory_order_acquire) || !offer(index)) break;
  }
  ended_.store(true, std::memory_order_release);
  if (at_end_) at_end_();
}

bool ReplaySource::offer(std::uint64_t index) {
  const RecordingFacts& facts = recording_->facts();
  index_ = index;
  SourceFrame frame;
  frame.view.format = facts.format;
  frame.view.width_px = facts.size.width_px;
  frame.view.height_px = facts.size.height_px;
  frame.view.planes[0].stride_bytes = static_cast<std::ptrdiff_t>(line_bytes(facts.format, facts.size.width_px));
  frame.pending = this;
  frame.sequence = index;
  frame.sensor = recording_->time(index);
  frame.arrival = clock_.monotonic();
  return intake_.offer(frame);
}

bool ReplaySource::read_into(std::span<std::byte> pixels) {
  const auto done = recording_->read(index_, pixels);
  if (!done) remember(done.error());
  return done.has_value();
}

const std::byte* ReplaySource::read() {
  const bool readable = read_into({conversion_.get(), recording_->facts().frame_bytes()});
  return readable ? conversion_.get() : nullptr;
}

void ReplaySource::remember(const Error& error) {
  unreadable_.fetch_add(1, std::memory_order_relaxed);
  const std::lock_guard lock(error_mutex_);
  error_ = fmt::format("frame {}: {}; it is a gap", index_, error.message);
}

}  // namespace tarsier
