// One image on its way from a camera's chain to somebody who asked for it: the next frame, or the latest projection of
// a kind. One at a time for all cameras, in memory that was reserved at arm.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "frame/arena.hpp"
#include "frame/image_batch.hpp"

namespace tarsier {

struct MailedImage {
  std::span<const std::byte> pixels;  // without padding; empty: there is no such image yet
  std::uint64_t frame_id = 0;         // of a projection the last frame in it
  std::int64_t utc_ns = 0;
};

// Allocates at construction, and where `arrived` is made.
class FrameMailbox {
 public:
  [[nodiscard]] static Bytes cost(std::uint64_t bytes) { return Arena::cost(bytes); }
  // Images of up to `bytes`.
  FrameMailbox(Arena& arena, std::uint64_t bytes) : memory_(arena.take(bytes)) {}

  // The asking thread: false while another image is on its way or has not been let go. `arrived` is called once, on the
  // chain's thread, where it must not wait. Without `kind` the camera's next frame.
  [[nodiscard]] bool ask(std::size_t camera, std::optional<ImageKind> kind, std::function<void()> arrived);
  // The asking thread: nobody waits any more; false when the image has come, or is just coming.
  [[nodiscard]] bool cancel();
  // After `arrived`: stays until done().
  [[nodiscard]] const MailedImage& image() const { return image_; }
  void done();

  // A chain's thread. What that camera is asked for; costs one load while nobody asks.
  struct Question {
    std::uint64_t word = 0;
    std::optional<ImageKind> kind;
  };
  [[nodiscard]] std::optional<Question> question(std::size_t camera) const;
  // Copies the image, unless the question was taken back meanwhile.
  void answer(const Question& question, const MailedImage& image);

 private:
  const std::span<std::byte> memory_;
  // Whose turn it is, and what is asked of which camera, in one word, so that no chain takes half of a question.
  std::atomic<std::uint64_t> word_{0};
  std::uint64_t number_ = 0;  // the asking thread's: of the question, so that no two are alike
  // The asking thread's but from the moment in which a chain takes the question until the image is there.
  std::function<void()> arrived_;
  MailedImage image_;
};

}  // namespace tarsier
