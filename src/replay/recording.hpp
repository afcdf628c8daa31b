// A recording of whatever kind: frames of one size and format that are read one by one, and what is known of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "frame/frame_view.hpp"

namespace tarsier {

// The largest frame, and piece of a file that is undone at once, that is read; a side is at most 65536 pixels.
inline constexpr Bytes largest_piece = mebibytes(256);
inline constexpr std::uint64_t largest_side_px = 65536;

// Where the time between frames comes from.
enum class IntervalSource : std::uint8_t {
  asked,       // by the user
  attribute,   // the file says it
  timestamps,  // the mean distance of the frames' times in the file
  assumed,     // the file says nothing: one second
};

// Trivially copyable: it crosses a pipe as it is.
struct RecordingFacts {
  ImageSize size;
  PixelFormat format = PixelFormat::gray8;
  IntervalSource interval_source = IntervalSource::assumed;
  std::uint64_t frames = 0;
  double frame_interval_s = 1;
  std::uint64_t memory_bytes = 0;  // that reading takes, beside the frame that is read
  bool operator==(const RecordingFacts&) const = default;

  // Of planes[0], which is all that is read.
  [[nodiscard]] std::uint64_t frame_bytes() const { return line_bytes(format, size.width_px) * size.height_px; }
};

// Neither side 0 nor above largest_side_px, the frame not above largest_piece; else an error that says so.
[[nodiscard]] Result<void> check_size(std::uint64_t width_px, std::uint64_t height_px, PixelFormat format);

// One thread at a time. Files of strangers can crash the libraries that read them: look at them in a child process
// first (probe_recording).
class Recording {
 public:
  virtual ~Recording() = default;

  [[nodiscard]] const RecordingFacts& facts() const { return facts_; }
  // Frame `index` into `pixels`: exactly facts().frame_bytes(), lines without padding, 16 bits in native order. Errors
  // give the reason; other frames can be read all the same.
  [[nodiscard]] virtual Result<void> read(std::uint64_t index, std::span<std::byte> pixels) = 0;
  // When frame `index` was taken, from any origin. Here: index * facts().frame_interval_s.
  [[nodiscard]] virtual Nanoseconds time(std::uint64_t index);
  // Before the first frame: where the recording says nothing about time, the interval is this and not one second.
  void assume_interval(double seconds);

 protected:
  // Filled while it is opened, constant afterwards.
  RecordingFacts facts_;
};

}  // namespace tarsier
