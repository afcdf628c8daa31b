// What is kept of each pixel over many frames, against loops that only move the same bytes, on one core: `./dev bench`.
#include "bench/frames.hpp"
#include "bench/measure.hpp"
#include "kernels/instruction_set.hpp"
#include "kernels/projection.hpp"
#include "kernels/sliding_mean.hpp"
#include "kernels/versions.hpp"

using namespace tarsier;

namespace {

constexpr std::size_t pixels = std::size_t{1224} * 1024;
constexpr std::uint32_t window = 32;

// Loads each byte of `read`, and loads and stores each of `changed` and stores each of `written`, in vectors: what
// memory allows at best.
struct Stream {
  const std::uint8_t* read;
  std::uint8_t* changed;
  std::uint8_t* written;
  std::size_t bytes_per_pixel;
};

TARSIER_LOOP void move_stream_loop(const Stream& stream, std::size_t first, std::size_t count) {
  const std::size_t begin = first * stream.bytes_per_pixel, bytes = count * stream.bytes_per_pixel;
  const std::uint8_t* const read = stream.read + begin;
  std::uint8_t* const changed = stream.changed + begin;
  std::uint8_t* const written = stream.written + begin;
  std::uint8_t seen = 0;
  if (stream.read != nullptr) {
    for (std::size_t i = 0; i < bytes; ++i) seen |= read[i];
  }
  if (stream.changed != nullptr) {
    for (std::size_t i = 0; i < bytes; ++i) changed[i] ^= 1;
  }
  if (stream.written != nullptr) {
    for (std::size_t i = 0; i < bytes; ++i) written[i] = 1;
  }
  asm volatile("" : : "r"(seen) : "memory");
}
TARSIER_VERSIONS(void, move_stream, (const Stream& stream, std::size_t first, std::size_t count),
                 (stream, first, count))

// Stretch after stretch of all streams, as the kernels go through them.
void move_all(std::span<const Stream> streams) {
  constexpr std::size_t stretch = 1024;
  for (std::size_t first = 0; first < pixels; first += stretch) {
    for (const Stream& stream : streams) move_stream(stream, first, std::min(stretch, pixels - first));
  }
}

template <typename Value>
std::span<Value> values(std::span<std::uint8_t> bytes, std::size_t first_byte) {
  return {reinterpret_cast<Value*>(bytes.data() + first_byte * pixels), pixels};
}

// Sums, squares, least and greatest of one set of memory.
ProjectionSums<std::uint8_t> sums_in(std::span<std::uint8_t> set) {
  return {values<std::uint32_t>(set, 0), values<std::uint32_t>(set, 4), values<std::uint8_t>(set, 8),
          values<std::uint8_t>(set, 9)};
}

// Eight frames in one visit of the sums, or each in a visit of its own, between which the sums leave the caches as they
// do between the frames of a camera.
void add_eight(FrameSet& frames, FrameSet& sets, std::size_t turn) {
  std::array<std::span<const std::uint8_t>, 8> visit;
  for (std::size_t i = 0; i < visit.size(); ++i) visit[i] = frames.frame(8 * turn + i);
  add_frames(visit, sums_in(sets.frame(8 * turn)));
}
void add_one(FrameSet& frames, FrameSet& sets, std::size_t turn) {
  const std::span<const std::uint8_t> frame = frames.frame(turn);
  add_frames({&frame, 1}, sums_in(sets.frame(turn)));
}

void projections(FrameSet& frames) {
  FrameSet sets = FrameSet::cold(10 * pixels);
  compare(
      {"mean, std, min, max 1224x1024, cold", "memory limit of their 21 bytes a pixel", 0.8, 61, 1},
      [&](std::size_t turn) { add_one(frames, sets, turn); },
      [&](std::size_t turn) {
        const ProjectionSums<std::uint8_t> sums = sums_in(sets.frame(turn));
        const Stream streams[] = {{frames.frame(turn).data(), nullptr, nullptr, 1},
                                  {nullptr, reinterpret_cast<std::uint8_t*>(sums.sum.data()), nullptr, 4},
                                  {nullptr, reinterpret_cast<std::uint8_t*>(sums.sum_sq.data()), nullptr, 4},
                                  {nullptr, sums.min.data(), nullptr, 1},
                                  {nullptr, sums.max.data(), nullptr, 1}};
        move_all(streams);
      });
  compare(
      {"the same, 8 frames in a visit, cold", "8 frames, each in a visit of its own", 2.5, 61, 1},
      [&](std::size_t turn) { add_eight(frames, sets, turn); },
      [&](std::size_t turn) {
        for (std::size_t i = 0; i < 8; ++i) add_one(frames, sets, 8 * turn + i);
      });
}

void sliding(FrameSet& frames) {
  FrameSet sets = FrameSet::cold(3 * pixels);
  compare(
      {"sliding mean of 32 1224x1024, cold", "memory limit of its 7 bytes a pixel", 0.8, 61, 1},
      [&](std::size_t turn) {
        const auto set = sets.frame(turn);
        slide(frames.frame(2 * turn), frames.frame(2 * turn + 1), window, values<std::uint16_t>(set, 0),
              values<std::uint8_t>(set, 2));
      },
      [&](std::size_t turn) {
        const auto set = sets.frame(turn);
        const Stream streams[] = {{frames.frame(2 * turn).data(), nullptr, nullptr, 1},
                                  {frames.frame(2 * turn + 1).data(), nullptr, nullptr, 1},
                                  {nullptr, set.data(), nullptr, 2},
                                  {nullptr, nullptr, set.data() + 2 * pixels, 1}};
        move_all(streams);
      });
}

}  // namespace

int main() {
  pin_to_one_core();
  fmt::print("{}, one core; medians (10 % .. 90 %)\n", processor_name());
  FrameSet frames = FrameSet::cold(pixels);
  for (const InstructionSet set : instruction_sets()) {
    if (set == InstructionSet::baseline && instruction_sets().size() > 1) continue;
    use_instruction_set(set);
    fmt::print("{}\n", to_text(set));
    projections(frames);
    sliding(frames);
  }
}
