// What the kernel says of this process's memory.
#pragma once

#include "base/bytes.hpp"

namespace tarsier {

struct ResidentMemory {
  Bytes now;      // VmRSS
  Bytes highest;  // VmHWM
};

// Of /proc/self/status; zeros where it can't be read.
[[nodiscard]] ResidentMemory resident_memory();

}  // namespace tarsier
