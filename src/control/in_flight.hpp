// Counts the bytes of requests and answers that a server holds at once.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/bytes.hpp"

namespace tarsier {

// One thread. Outlives its leases.
class InFlight {
 public:
  // Bytes taken; given back at the end of its life.
  class Lease {
   public:
    Lease() = default;
    Lease(InFlight* from, std::uint64_t count) : from_(from), count_(count) {}
    Lease(Lease&& other) noexcept : from_(std::exchange(other.from_, nullptr)), count_(other.count_) {}
    Lease& operator=(Lease&& other) noexcept {
      give_back();
      from_ = std::exchange(other.from_, nullptr);
      count_ = other.count_;
      return *this;
    }
    ~Lease() { give_back(); }

   private:
    void give_back() {
      if (from_ != nullptr) std::exchange(from_, nullptr)->used_ -= count_;
    }
    InFlight* from_ = nullptr;
    std::uint64_t count_ = 0;
  };

  explicit InFlight(Bytes most) : most_(most.count) {}

  // None: it would be more than allowed. Something that is larger than all of it passes when it is alone.
  [[nodiscard]] std::optional<Lease> take(std::uint64_t count) {
    if (used_ > 0 && used_ + count > most_) return std::nullopt;
    used_ += count;
    return Lease(this, count);
  }

 private:
  const std::uint64_t most_;
  std::uint64_t used_ = 0;
};

}  // namespace tarsier
