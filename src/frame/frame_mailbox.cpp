#include "frame/frame_mailbox.hpp"

#include <algorithm>
#include <utility>

namespace tarsier {
namespace {

enum class Turn : std::uint64_t { idle, asked, filling, full };

// From the lowest bit: two of the turn, six of the kind (0: a frame), 24 of the camera, 32 of the question's number.
constexpr std::uint64_t turn_mask = 3;

Turn turn_of(std::uint64_t word) { return static_cast<Turn>(word & turn_mask); }
std::uint64_t with(std::uint64_t word, Turn turn) { return (word & ~turn_mask) | static_cast<std::uint64_t>(turn); }

}  // namespace

bool FrameMailbox::ask(std::size_t camera, std::optional<ImageKind> kind, std::function<void()> arrived) {
  if (turn_of(word_.load(std::memory_order_acquire)) != Turn::idle) return false;
  arrived_ = std::move(arrived);
  image_ = {};
  const std::uint64_t kind_bits = kind ? static_cast<std::uint64_t>(*kind) + 1 : 0;
  const std::uint64_t word = (++number_ << 32) | (std::uint64_t{camera} << 8) | (kind_bits << 2);
  // Release: the chain that takes the question finds arrived_.
  word_.store(with(word, Turn::asked), std::memory_order_release);
  return true;
}

bool FrameMailbox::cancel() {
  std::uint64_t word = word_.load(std::memory_order_relaxed);
  return turn_of(word) == Turn::asked &&
         word_.compare_exchange_strong(word, with(word, Turn::idle), std::memory_order_relaxed);
}

void FrameMailbox::done() {
  word_.store(with(word_.load(std::memory_order_relaxed), Turn::idle), std::memory_order_release);
}

std::optional<FrameMailbox::Question> FrameMailbox::question(std::size_t camera) const {
  const std::uint64_t word = word_.load(std::memory_order_relaxed);
  if (turn_of(word) != Turn::asked || ((word >> 8) & 0xFF'FFFF) != camera) return std::nullopt;
  const std::uint64_t kind = (word >> 2) & 63;
  return Question{word, kind == 0 ? std::nullopt : std::optional(static_cast<ImageKind>(kind - 1))};
}

void FrameMailbox::answer(const Question& question, const MailedImage& image) {
  std::uint64_t word = question.word;
  // Acquire: arrived_ is this question's.
  if (!word_.compare_exchange_strong(word, with(word, Turn::filling), std::memory_order_acquire)) return;
  const auto pixels = image.pixels.first(std::min(image.pixels.size(), memory_.size()));
  std::ranges::copy(pixels, memory_.begin());
  image_ = image;
  image_.pixels = memory_.first(pixels.size());
  const auto arrived = std::move(arrived_);
  // Release: who is told finds the image.
  word_.store(with(question.word, Turn::full), std::memory_order_release);
  arrived();
}

}  // namespace tarsier
