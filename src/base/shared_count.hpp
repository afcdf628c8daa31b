// A count that a child process raises and its parent reads.
#pragma once

#include <cstdint>

namespace tarsier {

// Made before the fork. When the system has no memory for it, it stays 0: it is for people's eyes.
class SharedCount {
 public:
  SharedCount();
  ~SharedCount();
  SharedCount(const SharedCount&) = delete;
  SharedCount& operator=(const SharedCount&) = delete;

  void add(std::uint64_t more);
  [[nodiscard]] std::uint64_t get() const;

 private:
  void* place_;
};

}  // namespace tarsier
