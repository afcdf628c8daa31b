// Pixels to try kernels on, where a read or write beyond what a kernel may touch ends the test.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <string>

#include "kernels/instruction_set.hpp"

namespace tarsier {

// Behind the pixels lies memory that nobody may touch.
template <typename Pixel>
class Pixels {
 public:
  explicit Pixels(std::size_t count) : count_(count) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t bytes = count * sizeof(Pixel);
    mapped_ = (bytes + page - 1) / page * page;
    void* memory = mmap(nullptr, mapped_ + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(static_cast<std::byte*>(memory) + mapped_, page, PROT_NONE);
    memory_ = static_cast<std::byte*>(memory);
    mapped_ += page;
    data_ = reinterpret_cast<Pixel*>(memory_ + mapped_ - page - bytes);
  }
  Pixels(const Pixels&) = delete;
  Pixels& operator=(const Pixels&) = delete;
  ~Pixels() { munmap(memory_, mapped_); }

  [[nodiscard]] std::span<Pixel> span() { return {data_, count_}; }
  [[nodiscard]] std::span<const Pixel> view() const { return {data_, count_}; }
  Pixel& operator[](std::size_t i) { return data_[i]; }
  const Pixel& operator[](std::size_t i) const { return data_[i]; }

 private:
  std::byte* memory_ = nullptr;
  std::size_t mapped_ = 0;
  Pixel* data_ = nullptr;
  std::size_t count_;
};

enum class Content { random, black, white, extremes };
inline constexpr Content all_contents[] = {Content::random, Content::black, Content::white, Content::extremes};

template <typename Pixel>
void fill(std::span<Pixel> pixels, Content content, std::uint32_t seed) {
  std::minstd_rand random(seed);
  const Pixel white = std::numeric_limits<Pixel>::max();
  for (Pixel& pixel : pixels) {
    const auto value = static_cast<std::uint32_t>(random() >> 6);
    switch (content) {
      case Content::random: pixel = static_cast<Pixel>(value); break;
      case Content::black: pixel = 0; break;
      case Content::white: pixel = white; break;
      case Content::extremes: pixel = (value & 1) != 0 ? white : Pixel{0}; break;
    }
  }
}

// Runs `check` once with every version of the kernels that this processor has.
template <typename Check>
void with_every_instruction_set(Check check) {
  for (const InstructionSet set : instruction_sets()) {
    use_instruction_set(set);
    check();
  }
}

}  // namespace tarsier
