// The part of Deflater that needs ISA-L; without it, what says so.
#include "store/deflater.hpp"

#if TARSIER_HAS_ISAL
#include <isa-l/igzip_lib.h>

#include <array>
#include <vector>
#endif

namespace tarsier {

#if TARSIER_HAS_ISAL

namespace {

// Its tokens of one block: a larger block spreads the cost of its tables.
constexpr std::array<std::uint32_t, 3> level_bytes = {0, ISAL_DEF_LVL1_EXTRA_LARGE, ISAL_DEF_LVL2_EXTRA_LARGE};

class IsalDeflater final : public Deflater {
 public:
  explicit IsalDeflater(std::uint32_t level) : level_(level), tokens_(level_bytes.at(level)) {}

  std::size_t deflate(std::span<const std::byte> bytes, std::span<std::byte> stream) override {
    isal_deflate_stateless_init(&state_);
    state_.level = level_;
    state_.level_buf = tokens_.data();
    state_.level_buf_size = static_cast<std::uint32_t>(tokens_.size());
    state_.gzip_flag = IGZIP_ZLIB;
    state_.end_of_stream = 1;
    state_.flush = NO_FLUSH;
    // It only reads from there.
    state_.next_in = reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(bytes.data()));
    state_.avail_in = static_cast<std::uint32_t>(bytes.size());
    state_.next_out = reinterpret_cast<std::uint8_t*>(stream.data());
    state_.avail_out = static_cast<std::uint32_t>(stream.size());
    return isal_deflate_stateless(&state_) == COMP_OK ? state_.total_out : 0;
  }

 private:
  const std::uint32_t level_;
  std::vector<std::uint8_t> tokens_;
  isal_zstream state_{};
};

}  // namespace

bool Deflater::has_isal() { return true; }
Bytes isal_deflater_cost(std::uint32_t level) { return {sizeof(IsalDeflater) + level_bytes.at(level)}; }
std::unique_ptr<Deflater> make_isal_deflater(std::uint32_t level) { return std::make_unique<IsalDeflater>(level); }

#else

bool Deflater::has_isal() { return false; }
Bytes isal_deflater_cost(std::uint32_t /*level*/) { return {}; }
std::unique_ptr<Deflater> make_isal_deflater(std::uint32_t /*level*/) { return nullptr; }

#endif

}  // namespace tarsier
