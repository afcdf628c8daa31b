// An amount of memory or storage. Values only; never allocates but in to_text.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace tarsier {

struct Bytes {
  std::uint64_t count = 0;

  constexpr auto operator<=>(const Bytes&) const = default;
  constexpr Bytes& operator+=(Bytes other) {
    count += other.count;
    return *this;
  }
  friend constexpr Bytes operator+(Bytes a, Bytes b) { return {a.count + b.count}; }
  friend constexpr Bytes operator-(Bytes a, Bytes b) { return {a.count - b.count}; }
  friend constexpr Bytes operator*(Bytes a, std::uint64_t times) { return {a.count * times}; }
  [[nodiscard]] constexpr double mebibytes() const { return static_cast<double>(count) / (1024.0 * 1024.0); }
};

constexpr Bytes kibibytes(std::uint64_t count) { return {count * 1024}; }
constexpr Bytes mebibytes(std::uint64_t count) { return {count * 1024 * 1024}; }

// `value` rounded up to a multiple of `step`, which is a power of two.
constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t step) { return (value + step - 1) & ~(step - 1); }

// "19.1 MiB", "4.0 KiB", "512 B".
[[nodiscard]] std::string to_text(Bytes bytes);

}  // namespace tarsier
