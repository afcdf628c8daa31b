// Makes zlib streams, which the stock HDF5 filter deflate reads, with the library that is best at a level.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace tarsier {

// isal: ISA-L's igzip, which is several times faster and knows low effort only. libdeflate: everything else.
enum class DeflateLibrary : std::uint8_t { isal, libdeflate };

// One thread. Allocates in create() and nothing later.
class Deflater {
 public:
  // Whether ISA-L is part of this build (TARSIER_ISAL).
  [[nodiscard]] static bool has_isal();
  // ISA-L for the levels 1 and 2, where this build has it; else libdeflate.
  [[nodiscard]] static DeflateLibrary library_of(std::uint32_t level);
  // What one takes from the heap.
  [[nodiscard]] static Bytes cost(std::uint32_t level, DeflateLibrary library);
  // level: 1 (fastest) to 12; ISA-L has 1 and 2.
  [[nodiscard]] static Result<std::unique_ptr<Deflater>> create(std::uint32_t level, DeflateLibrary library);
  virtual ~Deflater() = default;

  // Deflates `bytes` into `stream`; the length of the stream, 0 when it does not fit.
  [[nodiscard]] virtual std::size_t deflate(std::span<const std::byte> bytes, std::span<std::byte> stream) = 0;
};

// Each made by its own library; null without memory.
[[nodiscard]] std::unique_ptr<Deflater> make_libdeflate_deflater(std::uint32_t level);
[[nodiscard]] std::unique_ptr<Deflater> make_isal_deflater(std::uint32_t level);
[[nodiscard]] Bytes isal_deflater_cost(std::uint32_t level);

}  // namespace tarsier
