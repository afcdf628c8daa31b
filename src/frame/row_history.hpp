// The last rows of one camera, for those who look on: the chain writes them and never waits, readers take what is
// there.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "frame/arena.hpp"
#include "frame/row.hpp"

namespace tarsier {

// Rows that follow one another and have the same regions.
struct RecentRows {
  std::uint32_t layout = 0;            // of these regions; 0: no row
  std::uint64_t regions = 0;           // of each row
  std::vector<Row> rows;               // in their order
  std::vector<RegionRow> region_rows;  // row after row
  std::uint64_t oldest_id = 0;         // that is still here; 0: none
  bool missed = false;                 // rows newer than what was asked for have gone
  bool more = false;                   // there are newer ones than these
};

// Allocates at construction, and in read().
class RowHistory {
 public:
  // At most 256, and as many as go into 1 MiB, but 16.
  [[nodiscard]] static std::uint64_t rows_for(std::uint64_t regions);
  [[nodiscard]] static Bytes cost(std::uint64_t rows, std::uint64_t regions);
  // Room for `rows` rows of up to `regions` regions; 0: nothing is kept.
  RowHistory(Arena& arena, std::uint64_t rows, std::uint64_t regions);

  // Chain thread.
  void add(const Row& row, std::span<const RegionRow> regions, std::uint32_t layout);
  // Any thread: with `since_id` the oldest rows whose id is larger, else the newest ones; at most `limit`.
  [[nodiscard]] RecentRows read(std::optional<std::uint64_t> since_id, std::size_t limit) const;

 private:
  using Word = std::atomic<std::uint64_t>;
  struct Entry {
    Row row;
    std::uint32_t layout = 0;
    std::vector<RegionRow> regions;
  };
  [[nodiscard]] std::span<Word> words(std::uint64_t position) const {
    return words_.subspan(position % rows_ * words_each_, words_each_);
  }
  [[nodiscard]] bool load(std::uint64_t position, Entry& entry) const;

  // Constant after construction.
  const std::uint64_t rows_;
  const std::uint64_t words_each_;
  std::span<Word> words_;
  // Written by the chain.
  std::atomic<std::uint64_t> published_{0};
};

}  // namespace tarsier
