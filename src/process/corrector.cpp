#include "process/corrector.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/reduce.hpp"

namespace tarsier {
namespace {

constexpr std::size_t quantised_at_once = 4096;

template <typename Value>
std::span<const Value> values_of(const std::vector<std::byte>& map, std::uint64_t pixels) {
  return {reinterpret_cast<const Value*>(map.data()), map.empty() ? 0 : pixels};
}

// Frames that a sliding mean keeps: those of its window, of its lag, and the one that leaves.
std::uint64_t kept_frames(const SubtractConfig& subtract) { return std::uint64_t{subtract.window} + subtract.lag + 1; }

}  // namespace

template <typename Pixel>
Bytes Corrector<Pixel>::cost(const CorrectConfig& correct, std::uint64_t pixels) {
  if (!correct.any()) return {};
  Bytes bytes = Arena::cost(pixels * sizeof(Pixel)) * 2;
  if (!correct.subtract) return bytes;
  switch (correct.subtract->kind) {
    case SubtractKind::dark_file: return bytes;
    case SubtractKind::mean_of_first:
    case SubtractKind::range:
      return bytes + Arena::cost(pixels * sizeof(Subtrahend<Pixel>)) + Arena::cost(pixels * sizeof(std::uint32_t));
    case SubtractKind::sliding_mean: break;
  }
  return bytes + Arena::cost(pixels * sizeof(SlidingSum<Pixel>)) + Arena::cost(pixels * sizeof(Pixel)) +
         Arena::cost(pixels * sizeof(Pixel) * kept_frames(*correct.subtract));
}

template <typename Pixel>
Corrector<Pixel>::Corrector(Arena& arena, const CorrectConfig& correct, const CorrectionMaps& maps,
                            std::uint64_t pixels)
    : correct_(correct), any_(correct.any()), pixels_(pixels) {
  if (!any_) return;
  for (auto& frame : frames_) frame = take_values<Pixel>(arena, pixels);
  correction_.subtrahend = values_of<Subtrahend<Pixel>>(maps.subtrahend, pixels);
  correction_.factor = values_of<Factor<Pixel>>(maps.factor, pixels);
  correction_.offset = correct.offset;
  has_subtrahend_ = !correction_.subtrahend.empty();
  if (gathers()) {
    own_subtrahend_ = take_values<Subtrahend<Pixel>>(arena, pixels);
    sums_ = take_values<std::uint32_t>(arena, pixels);
    line_.resize(quantised_at_once);
    first_gathered_ = subtracts(SubtractKind::range) ? correct.subtract->first : 0;
  } else if (subtracts(SubtractKind::sliding_mean)) {
    sliding_sums_ = take_values<SlidingSum<Pixel>>(arena, pixels);
    sliding_mean_ = take_values<Pixel>(arena, pixels);
    history_frames_ = kept_frames(*correct.subtract);
    history_ = take_values<Pixel>(arena, pixels * history_frames_);
    correction_.background = sliding_mean_;
    correction_.amount_q8 = static_cast<std::uint32_t>(std::lround(256 * correct.subtract->amount));
  }
}

template <typename Pixel>
bool Corrector<Pixel>::known() const {
  if (!any_) return false;
  if (gathers()) return has_subtrahend_;
  return !subtracts(SubtractKind::sliding_mean) || seen_ > correct_.subtract->lag;
}

template <typename Pixel>
bool Corrector<Pixel>::begin(std::span<const Pixel> previous) {
  const bool before = corrects_;
  corrects_ = known();
  late_previous_ = corrects_ && !before ? previous : std::span<const Pixel>{};
  if (corrects_) newest_ = 1 - newest_;
  return corrects_;
}

template <typename Pixel>
std::span<Pixel> Corrector<Pixel>::history(std::uint64_t frame) const {
  return history_.subspan(frame % history_frames_ * pixels_, pixels_);
}

template <typename Pixel>
void Corrector<Pixel>::prepare(PixelRange range) {
  if (corrects_ && history_frames_ > 0) {
    const std::uint64_t window = correct_.subtract->window;
    const std::uint64_t in_reach =
        seen_ - correct_.subtract->lag;  // frames that the window may hold; the last comes in
    const auto outgoing = in_reach > window ? range.of(history(in_reach - 1 - window)) : std::span<Pixel>{};
    slide(range.of(history(in_reach - 1)), outgoing, static_cast<std::uint32_t>(std::min(in_reach, window)),
          range.of(sliding_sums_), range.of(sliding_mean_));
  }
  if (!late_previous_.empty()) {
    correct(range.of(late_previous_), correction_, range.first, range.of(frames_[1 - newest_]));
  }
}

template <typename Pixel>
bool Corrector<Pixel>::gathers_now() const {
  return gathers() && seen_ >= first_gathered_ && seen_ < first_gathered_ + correct_.subtract->frames;
}

template <typename Pixel>
void Corrector<Pixel>::remember(std::span<const Pixel> stored, PixelRange range) {
  if (history_frames_ > 0) std::ranges::copy(range.of(stored), range.of(history(seen_)).begin());
  if (gathers_now()) accumulate(range.of(stored), range.of(sums_));
}

template <typename Pixel>
void Corrector<Pixel>::end() {
  ++seen_;
  if (gathers() && seen_ == first_gathered_ + correct_.subtract->frames) quantise_mean();
}

template <typename Pixel>
void Corrector<Pixel>::quantise_mean() {
  for (std::size_t first = 0; first < pixels_; first += line_.size()) {
    const PixelRange range{first, std::min(line_.size(), pixels_ - first)};
    const auto sums = range.of(sums_);
    const std::span<double> means = std::span(line_).first(range.count);
    std::transform(sums.begin(), sums.end(), means.begin(),
                   [&](std::uint32_t sum) { return static_cast<double>(sum) / correct_.subtract->frames; });
    quantise_subtrahend(means, correct_.subtract->amount, range.of(own_subtrahend_));
  }
  correction_.subtrahend = own_subtrahend_;
  has_subtrahend_ = true;
}

template class Corrector<std::uint8_t>;
template class Corrector<std::uint16_t>;

}  // namespace tarsier
