// Hashes: XXH3-64 for chunks (speed), SHA-256 for whole files (other people's tools).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace tarsier {

// XXH3 with 64 bits, seed 0. Allocates nothing.
[[nodiscard]] std::uint64_t xxh3_64(std::span<const std::byte> data);

// The same of data that comes in pieces.
class Xxh3 {
 public:
  Xxh3();
  ~Xxh3();
  Xxh3(const Xxh3&) = delete;
  Xxh3& operator=(const Xxh3&) = delete;

  // Begins anew.
  void reset();
  void add(std::span<const std::byte> data);
  [[nodiscard]] std::uint64_t digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// SHA-256 of data that comes in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::span<const std::byte> data);
  // 64 lower-case hexadecimal digits. Ends the computation.
  [[nodiscard]] std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tarsier
