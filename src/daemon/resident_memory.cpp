#include "daemon/resident_memory.hpp"

#include <fstream>
#include <string>

namespace tarsier {

ResidentMemory resident_memory() {
  ResidentMemory memory;
  std::ifstream status("/proc/self/status");
  for (std::string key; status >> key;) {
    std::uint64_t kib = 0;
    if (key == "VmRSS:" && status >> kib) memory.now = kibibytes(kib);
    if (key == "VmHWM:" && status >> kib) memory.highest = kibibytes(kib);
    status.ignore(256, '\n');
  }
  return memory;
}

}  // namespace tarsier
