// The one mapping that holds what the plan reserves: made at arm, touched page by page, never grown.
#pragma once

#include <cstddef>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace tarsier {

// One thread hands memory out; the memory itself may be used from anywhere for the Arena's life.
class Arena {
 public:
  // Of every piece, in bytes.
  static constexpr std::size_t alignment = 64;

  // Maps and prefaults `capacity`; locks it into memory where the limits allow (see locked()). Fails when the kernel
  // refuses the mapping.
  [[nodiscard]] static Result<Arena> create(Bytes capacity);
  Arena(Arena&& other) noexcept;
  Arena& operator=(Arena&& other) noexcept;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  // Zeroed memory. Empty when the arena is exhausted, which is a mistake of the plan.
  [[nodiscard]] std::span<std::byte> take(std::size_t bytes);
  // What take(bytes) costs.
  [[nodiscard]] static Bytes cost(std::uint64_t bytes) { return {round_up(bytes, alignment)}; }

  [[nodiscard]] Bytes capacity() const { return {capacity_}; }
  [[nodiscard]] Bytes used() const { return {used_}; }
  [[nodiscard]] bool locked() const { return locked_; }

 private:
  Arena(std::byte* memory, std::size_t capacity, bool locked) : memory_(memory), capacity_(capacity), locked_(locked) {}

  std::byte* memory_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
  bool locked_ = false;
};

}  // namespace tarsier
