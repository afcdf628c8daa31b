// libpng over a file in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "frame/frame_view.hpp"

namespace tarsier {

enum class PngColours : std::uint8_t { gray, gray_alpha, rgb, rgb_alpha, palette };

// One image, read from the front: first read_header(), then the rest. False means that it is damaged, in the words of
// message(). What a hostile file makes libpng allocate is bounded.
class PngReader {
 public:
  // `file` outlives the reader.
  explicit PngReader(std::string_view file);
  ~PngReader();
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  [[nodiscard]] bool read_header();
  // After read_header().
  [[nodiscard]] ImageSize size() const;
  [[nodiscard]] PngColours colours() const;
  [[nodiscard]] int bits() const;  // of a sample
  // After read_header(), once. `out` has height lines without padding: a byte a pixel of gray up to 8 bits (fewer are
  // spread over 0 to 255), two in native order of 16, three (R, G, B) of 8-bit colours. Transparency is left out.
  [[nodiscard]] bool read_pixels(std::span<std::byte> out);
  [[nodiscard]] std::string message() const;

 private:
  struct State;
  // libpng reports errors by longjmp over everything between: plain memory only, no destructors.
  State* state_;
};

}  // namespace tarsier
