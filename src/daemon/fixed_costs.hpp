// Parts of the memory plan that were measured rather than worked out. tests/integration/memory_test.py holds them
// against the kernel's figures.
#pragma once

#include "base/bytes.hpp"

namespace tarsier {

// Resident size of the program with its libraries (GStreamer core, HDF5, OpenSSL, ncurses) and its own heap, before
// any camera is there.
inline constexpr Bytes program_cost = mebibytes(27);
// HDF5's metadata cache (bounded to 1 MiB), chunk caches and file buffers of one open segment and its seal.
inline constexpr Bytes hdf5_cost = mebibytes(4);
// A span of a region's pixels: in the configuration, the chain's table and the recorder, and its JSON while a segment
// begins.
inline constexpr std::uint64_t bytes_per_span = 400;
// What a thread touches of its stack.
inline constexpr std::uint64_t thread_touched_bytes = 64 * 1024;

}  // namespace tarsier
