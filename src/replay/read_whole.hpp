// Reading of files that may be shorter than they should be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tarsier {

// Fills `bytes` from `offset` on as far as the file goes; how many there were. An error of the system counts as the
// end.
[[nodiscard]] std::size_t read_some(int fd, std::uint64_t offset, std::span<std::byte> bytes);
// Whether all of them were there.
[[nodiscard]] inline bool read_whole(int fd, std::uint64_t offset, std::span<std::byte> bytes) {
  return read_some(fd, offset, bytes) == bytes.size();
}

}  // namespace tarsier
