#include "replay/hdf5_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <system_error>

namespace tarsier {
namespace {

// The buffer holds the frames of a chunk, so that no chunk is undone twice, as long as that is not more than this; of
// a dataset without chunks, as many frames as make the calls few.
constexpr Bytes largest_buffer = mebibytes(64);
constexpr Bytes unchunked_buffer = mebibytes(1);

std::uint64_t frames_at_once(const Hdf5Facts& facts) {
  const bool chunked = facts.chunk_bytes > 0;
  const std::uint64_t room = (chunked ? largest_buffer : unchunked_buffer).count / facts.frame_bytes();
  const std::uint64_t wanted = chunked ? facts.frames_per_chunk : room;
  return std::clamp<std::uint64_t>(std::min(wanted, room), 1, facts.frames);
}

Result<void> check_library() {
  hbool_t safe = false;
  if (H5is_library_threadsafe(&safe) >= 0 && safe) return {};
  return failure("this HDF5 library may be used by one thread only; install one that is thread-safe (libhdf5-103-1)");
}

}  // namespace

Bytes Hdf5Source::cost(const Hdf5Facts& facts) {
  // HDF5 holds a chunk as it lies in the file and as it is undone.
  return Bytes{frames_at_once(facts) * (facts.frame_bytes() + sizeof(double)) + 2 * facts.chunk_bytes};
}

Result<std::unique_ptr<Hdf5Source>> Hdf5Source::create(std::string name, const std::filesystem::path& path,
                                                       const Hdf5Facts& probed, Intake& intake) {
  if (auto safe = check_library(); !safe) return unexpected(std::move(safe.error()));
  auto recording = Hdf5Recording::open(path);
  if (!recording) return unexpected(std::move(recording.error()).within(path.string()));
  if (!(recording->facts() == probed)) {
    return failure(fmt::format("{}: has changed since it was looked at; start again", path.string()));
  }
  return std::unique_ptr<Hdf5Source>(new Hdf5Source(std::move(name), path, std::move(*recording), intake));
}

Hdf5Source::Hdf5Source(std::string name, std::filesystem::path path, Hdf5Recording recording, Intake& intake)
    : name_(std::move(name)),
      path_(std::move(path)),
      recording_(std::move(recording)),
      batch_(frames_at_once(recording_.facts())),
      intake_(intake),
      pixels_(batch_ * recording_.facts().frame_bytes()),
      seconds_(batch_) {}

Result<void> Hdf5Source::start() {
  try {
    thread_ = NamedThread("replay-" + name_, [this] { replay(); });
  } catch (const std::system_error& error) {
    return failure(fmt::format("{}: {}; raise the limit of tasks", name_, error.what()));
  }
  return {};
}

void Hdf5Source::stop() {
  stopping_.store(true, std::memory_order_release);
  thread_.join();
}

std::string Hdf5Source::error() const {
  const std::lock_guard lock(error_mutex_);
  return error_;
}

void Hdf5Source::replay() {
  const std::uint64_t frames = recording_.facts().frames;
  for (std::uint64_t first = 0; first < frames; first += batch_) {
    if (!replay_batch(first, std::min(batch_, frames - first))) break;
  }
  ended_.store(true, std::memory_order_release);
}

// False when the replay is over.
bool Hdf5Source::replay_batch(std::uint64_t first, std::uint64_t count) {
  bool wanted = true;
  if (read_and_offer(first, count, wanted)) return wanted;
  // Something of the batch can't be read: frame by frame, only what is damaged is lost.
  for (std::uint64_t index = first; index < first + count && wanted; ++index) (void)read_and_offer(index, 1, wanted);
  return wanted;
}

// False when they can't be read. `wanted` becomes false when no more frames are.
bool Hdf5Source::read_and_offer(std::uint64_t first, std::uint64_t count, bool& wanted) {
  auto read = recording_.read_frames(first, count, pixels_);
  if (read && recording_.facts().timestamps) read = recording_.read_times(first, std::span(seconds_).first(count));
  if (!read) {
    if (count == 1) remember(first, read.error());
    return false;
  }
  const std::size_t bytes = recording_.facts().frame_bytes();
  for (std::uint64_t i = 0; i < count && wanted; ++i) {
    wanted = offer(first + i, std::span(pixels_).subspan(i * bytes, bytes), seconds_[i]);
  }
  return true;
}

bool Hdf5Source::offer(std::uint64_t index, std::span<const std::byte> pixels, double seconds) {
  if (stopping_.load(std::memory_order_acquire)) return false;
  const Hdf5Facts& facts = recording_.facts();
  SourceFrame frame;
  frame.view.format = facts.pixel == StoredPixel::gray8 ? PixelFormat::gray8 : PixelFormat::gray16;
  frame.view.width_px = facts.size.width_px;
  frame.view.height_px = facts.size.height_px;
  frame.view.planes[0] = {pixels.data(),
                          static_cast<std::ptrdiff_t>(facts.size.width_px * bytes_per_pixel(facts.pixel))};
  frame.sequence = index;
  frame.sensor = time_of(index, seconds);
  frame.arrival = clock_.monotonic();
  return intake_.offer(frame);
}

Nanoseconds Hdf5Source::time_of(std::uint64_t index, double seconds) {
  constexpr double longest_s = 9e9;  // what int64 nanoseconds hold, nearly
  const double interval = recording_.facts().frame_interval_s;
  const bool known = recording_.facts().timestamps;
  if (known && std::isfinite(seconds) && std::abs(seconds) < longest_s) {
    last_time_ = Nanoseconds(std::llround(seconds * 1e9));
  } else if (known) {
    last_time_ += Nanoseconds(std::llround(interval * 1e9));
  } else {
    last_time_ = Nanoseconds(std::llround(static_cast<double>(index) * interval * 1e9));
  }
  return last_time_;
}

void Hdf5Source::remember(std::uint64_t index, const Error& error) {
  unreadable_.fetch_add(1, std::memory_order_relaxed);
  const std::lock_guard lock(error_mutex_);
  error_ = fmt::format("{}: frame {}: {}; it is left out", path_.string(), index, error.message);
}

}  // namespace tarsier
