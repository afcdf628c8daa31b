// The background and flat field of one camera: which correction the next frame gets, what is gathered for it, and the
// two corrected frames that are compared.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "config/rig.hpp"
#include "frame/arena.hpp"
#include "kernels/sliding_mean.hpp"
#include "process/correction_maps.hpp"
#include "process/pixel_range.hpp"

namespace tarsier {

// Chain thread; what takes a PixelRange may be called by several threads at once for ranges that do not overlap.
// Allocates at construction only.
template <typename Pixel>
class Corrector {
 public:
  // What the constructor takes from the arena, for frames of so many pixels.
  [[nodiscard]] static Bytes cost(const CorrectConfig& correct, std::uint64_t pixels);
  // `maps` outlives it.
  Corrector(Arena& arena, const CorrectConfig& correct, const CorrectionMaps& maps, std::uint64_t pixels);

  // The rig asks for a correction.
  [[nodiscard]] bool any() const { return any_; }
  // For one frame, in this order: begin, then for each range prepare, (reduce), remember; then end.
  // Whether it will be corrected; false while its background is not known. `previous` is the frame before as it was
  // stored, empty when there is none.
  [[nodiscard]] bool begin(std::span<const Pixel> previous);
  // Moves the sliding window on, and corrects the frame before when it was not yet.
  void prepare(PixelRange range);
  [[nodiscard]] const Correction<Pixel>& correction() const { return correction_; }
  // Where the frame goes, and where the frame before is. Only while begin() said so.
  [[nodiscard]] std::span<Pixel> current() const { return frames_[newest_]; }
  [[nodiscard]] std::span<const Pixel> previous() const { return frames_[1 - newest_]; }
  // Gathers the frame as it was stored.
  void remember(std::span<const Pixel> stored, PixelRange range);
  void end();

  // The maps to be stored: everything that there will be is known. A sliding mean has none but the factor.
  [[nodiscard]] bool maps_known() const { return any_ && (has_subtrahend_ || !gathers()); }
  [[nodiscard]] std::span<const std::byte> subtrahend() const { return std::as_bytes(correction_.subtrahend); }
  [[nodiscard]] std::span<const std::byte> factor() const { return std::as_bytes(correction_.factor); }

 private:
  [[nodiscard]] bool subtracts(SubtractKind kind) const { return correct_.subtract && correct_.subtract->kind == kind; }
  // Its subtrahend comes from some of the run's own frames.
  [[nodiscard]] bool gathers() const {
    return subtracts(SubtractKind::mean_of_first) || subtracts(SubtractKind::range);
  }
  [[nodiscard]] bool gathers_now() const;
  [[nodiscard]] bool known() const;
  [[nodiscard]] std::span<Pixel> history(std::uint64_t frame) const;
  void quantise_mean();

  // Constant after construction.
  const CorrectConfig correct_;
  const bool any_;
  const std::uint64_t pixels_;
  std::uint64_t history_frames_ = 0;
  std::uint64_t first_gathered_ = 0;
  // Chain thread; pixels by range.
  Correction<Pixel> correction_;
  std::span<Pixel> frames_[2];  // corrected
  unsigned newest_ = 0;
  std::span<Subtrahend<Pixel>> own_subtrahend_;
  std::span<std::uint32_t> sums_;              // of the frames gathered
  std::span<SlidingSum<Pixel>> sliding_sums_;  // of the window
  std::span<Pixel> sliding_mean_;
  std::span<Pixel> history_;              // the last frames, as a ring
  std::vector<double> line_;              // a few values on their way to being quantised
  std::uint64_t seen_ = 0;                // frames before this one
  bool has_subtrahend_ = false;           // of a file, or gathered
  bool corrects_ = false;                 // this frame
  std::span<const Pixel> late_previous_;  // the frame before, which was not corrected; else empty
};

}  // namespace tarsier
