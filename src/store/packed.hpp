// Reads and writes numbers one after another, little-endian and without padding.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>

namespace tarsier {

static_assert(std::endian::native == std::endian::little, "the files are little-endian and so are our machines");

// The caller's buffer is large enough; what lies beyond it is never written. Allocates nothing.
class PackedWriter {
 public:
  explicit PackedWriter(std::span<std::byte> buffer) : buffer_(buffer) {}

  template <typename Number>
  void put(Number value) {
    static_assert(std::is_arithmetic_v<Number> || std::is_enum_v<Number>);
    put_bytes(std::as_bytes(std::span(&value, 1)));
  }
  void put_bytes(std::span<const std::byte> bytes) {
    const std::size_t count = std::min(bytes.size(), buffer_.size() - position_);
    if (count > 0) std::memcpy(buffer_.data() + position_, bytes.data(), count);
    position_ += count;
  }
  [[nodiscard]] std::span<std::byte> written() const { return buffer_.first(position_); }

 private:
  std::span<std::byte> buffer_;
  std::size_t position_ = 0;
};

// Reads zeros beyond the end. Allocates nothing.
class PackedReader {
 public:
  explicit PackedReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <typename Number>
  [[nodiscard]] Number get() {
    Number value{};
    if (bytes_.size() >= sizeof value) std::memcpy(&value, bytes_.data(), sizeof value);
    skip(sizeof value);
    return value;
  }
  void get_bytes(std::span<std::byte> out) {
    const std::size_t count = std::min(out.size(), bytes_.size());
    if (count > 0) std::memcpy(out.data(), bytes_.data(), count);
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(count), out.end(), std::byte{0});
    skip(count);
  }
  void skip(std::size_t bytes) { bytes_ = bytes_.subspan(std::min(bytes, bytes_.size())); }
  [[nodiscard]] std::span<const std::byte> rest() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace tarsier
