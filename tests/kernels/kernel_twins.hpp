// Scalar twins of the kernels, written from the definitions in their headers, one pixel at a time, and frames to try
// both on.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "frame/frame_view.hpp"
#include "kernels/convert.hpp"
#include "kernels/instruction_set.hpp"

namespace tarsier {

// The gray of one pixel by definition.
std::uint32_t gray_twin(const FrameView& frame, std::uint32_t x, std::uint32_t y);

// The gray of the 2x2 samples at and after (x, y), by definition.
std::uint32_t superpixel_twin(const FrameView& frame, std::uint32_t x, std::uint32_t y);

// The whole conversion by definition; pixels as uint16 whatever the plan stores.
std::vector<std::uint16_t> convert_twin(const ConvertPlan& plan, const FrameView& frame);

// The stored frame that convert() writes, into memory of exactly the size that it may use.
std::vector<std::uint16_t> converted(const ConvertPlan& plan, const FrameView& frame);

// Calls `work` once with each instruction set that this processor has, and leaves the best one in use.
template <typename Work>
void with_each_instruction_set(Work work) {
  for (const InstructionSet set : instruction_sets()) {
    use_instruction_set(set);
    work(set);
  }
}

// Random pixels whose last byte is the last of a page, before one that must not be touched: a read beyond it ends the
// program, and so does one before the page in front of the first byte. `padding` bytes lie between lines; a flipped
// frame has its lines in reverse order, with a negative stride. Pixels have as many bits as their format allows.
class RandomFrame {
 public:
  RandomFrame(PixelFormat format, std::uint32_t width, std::uint32_t height, std::size_t padding, bool flipped,
              std::uint32_t seed);
  ~RandomFrame();
  RandomFrame(const RandomFrame&) = delete;
  RandomFrame& operator=(const RandomFrame&) = delete;
  [[nodiscard]] const FrameView& view() const { return view_; }

 private:
  std::byte* mapped_ = nullptr;
  std::size_t mapped_bytes_ = 0;
  FrameView view_;
};

// "rgb24 37x5 crop 3,1 30x4 bin 2 rotate 90 flip none bilinear, AVX2": for messages.
std::string describe(const ConvertPlan& plan, const FrameView& frame);

}  // namespace tarsier
