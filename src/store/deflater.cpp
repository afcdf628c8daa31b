#include "store/deflater.hpp"

#include <fmt/format.h>
#include <libdeflate.h>

namespace tarsier {
namespace {

constexpr std::uint32_t highest_isal_level = 2;
constexpr std::uint32_t highest_level = 12;

class LibdeflateDeflater final : public Deflater {
 public:
  explicit LibdeflateDeflater(std::uint32_t level)
      : compressor_(libdeflate_alloc_compressor(static_cast<int>(level))) {}
  ~LibdeflateDeflater() override { libdeflate_free_compressor(compressor_); }
  LibdeflateDeflater(const LibdeflateDeflater&) = delete;
  LibdeflateDeflater& operator=(const LibdeflateDeflater&) = delete;

  [[nodiscard]] bool made() const { return compressor_ != nullptr; }
  std::size_t deflate(std::span<const std::byte> bytes, std::span<std::byte> stream) override {
    return libdeflate_zlib_compress(compressor_, bytes.data(), bytes.size(), stream.data(), stream.size());
  }

 private:
  libdeflate_compressor* compressor_;
};

}  // namespace

DeflateLibrary Deflater::library_of(std::uint32_t level) {
  return has_isal() && level <= highest_isal_level ? DeflateLibrary::isal : DeflateLibrary::libdeflate;
}

Bytes Deflater::cost(std::uint32_t level, DeflateLibrary library) {
  if (library == DeflateLibrary::isal) return isal_deflater_cost(level);
  // Measured of libdeflate 1.14: matchfinders by hash table, by hash chains, and by binary trees.
  return kibibytes(level == 1 ? 256 : level < 10 ? 704 : 9216);
}

Result<std::unique_ptr<Deflater>> Deflater::create(std::uint32_t level, DeflateLibrary library) {
  const bool isal = library == DeflateLibrary::isal;
  const std::uint32_t highest = isal ? highest_isal_level : highest_level;
  if (level < 1 || level > highest) return misuse(fmt::format("deflate level {}; choose 1 to {}", level, highest));
  if (isal && !has_isal()) return misuse("deflate by ISA-L: this program was built without it");
  auto deflater = isal ? make_isal_deflater(level) : make_libdeflate_deflater(level);
  if (!deflater) return failure("codec: no memory for a compressor; free some memory");
  return deflater;
}

std::unique_ptr<Deflater> make_libdeflate_deflater(std::uint32_t level) {
  auto deflater = std::make_unique<LibdeflateDeflater>(level);
  return deflater->made() ? std::move(deflater) : nullptr;
}

}  // namespace tarsier
