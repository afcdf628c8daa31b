#include "frame/row_history.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

namespace tarsier {
namespace {

// Of an entry: its state, its layout and number of regions, the row, the regions.
constexpr std::uint64_t head_words = 2;
constexpr std::uint64_t row_words = sizeof(Row) / 8;
constexpr std::uint64_t region_words = sizeof(RegionRow) / 8;
static_assert(sizeof(Row) % 8 == 0 && sizeof(RegionRow) % 8 == 0);

std::uint64_t words_of(std::uint64_t regions) { return head_words + row_words + regions * region_words; }

// A release store each: who loads one of these words by acquire also sees that the entry was being written before.
void store(std::span<std::atomic<std::uint64_t>> words, const void* data) {
  for (auto& word : words) {
    std::uint64_t value = 0;
    std::memcpy(&value, data, sizeof value);
    data = static_cast<const std::byte*>(data) + sizeof value;
    word.store(value, std::memory_order_release);
  }
}

void load_words(std::span<const std::atomic<std::uint64_t>> words, void* data) {
  for (const auto& word : words) {
    const std::uint64_t value = word.load(std::memory_order_acquire);
    std::memcpy(data, &value, sizeof value);
    data = static_cast<std::byte*>(data) + sizeof value;
  }
}

// The entry's state: whole with the row of that position, or being overwritten by it.
constexpr std::uint64_t whole(std::uint64_t position) { return 2 * (position + 1); }
constexpr std::uint64_t unfinished(std::uint64_t position) { return whole(position) - 1; }

}  // namespace

std::uint64_t RowHistory::rows_for(std::uint64_t regions) {
  return std::clamp<std::uint64_t>(mebibytes(1).count / (8 * words_of(regions)), 16, 256);
}

Bytes RowHistory::cost(std::uint64_t rows, std::uint64_t regions) {
  return rows == 0 ? Bytes{} : Arena::cost(rows * words_of(regions) * sizeof(Word));
}

RowHistory::RowHistory(Arena& arena, std::uint64_t rows, std::uint64_t regions)
    : rows_(rows), words_each_(words_of(regions)) {
  if (rows == 0) return;
  const auto memory = arena.take(rows * words_each_ * sizeof(Word));
  words_ = {reinterpret_cast<Word*>(memory.data()), memory.size() / sizeof(Word)};
  std::uninitialized_value_construct(words_.begin(), words_.end());
}

void RowHistory::add(const Row& row, std::span<const RegionRow> regions, std::uint32_t layout) {
  if (words_.empty()) return;
  const std::uint64_t position = published_.load(std::memory_order_relaxed);
  const auto entry = words(position);
  // Relaxed: the release stores behind it carry it.
  entry[0].store(unfinished(position), std::memory_order_relaxed);
  entry[1].store(std::uint64_t{layout} << 32 | regions.size(), std::memory_order_release);
  store(entry.subspan(head_words, row_words), &row);
  store(entry.subspan(head_words + row_words, regions.size() * region_words), regions.data());
  entry[0].store(whole(position), std::memory_order_release);
  published_.store(position + 1, std::memory_order_release);
}

bool RowHistory::load(std::uint64_t position, Entry& into) const {
  const std::span<const Word> entry = words(position);
  if (entry[0].load(std::memory_order_acquire) != whole(position)) return false;
  const std::uint64_t head = entry[1].load(std::memory_order_acquire);
  const std::uint64_t count =
      std::min<std::uint64_t>(head & UINT32_MAX, (words_each_ - head_words - row_words) / region_words);
  into.layout = static_cast<std::uint32_t>(head >> 32);
  into.regions.resize(count);
  load_words(entry.subspan(head_words, row_words), &into.row);
  load_words(entry.subspan(head_words + row_words, count * region_words), into.regions.data());
  // Had any of these words been of a later row, its beginning would be seen here.
  return entry[0].load(std::memory_order_relaxed) == whole(position);
}

RecentRows RowHistory::read(std::optional<std::uint64_t> since_id, std::size_t limit) const {
  RecentRows recent;
  const std::uint64_t end = published_.load(std::memory_order_acquire);
  Entry entry;
  std::uint64_t first = end - std::min(end, rows_);
  while (first < end && !load(first, entry)) ++first;  // overwritten meanwhile
  if (first == end) return recent;
  recent.oldest_id = entry.row.frame_id;
  recent.missed = since_id && first > 0 && entry.row.frame_id > *since_id + 1;
  if (!since_id) first = std::max(first, end - std::min<std::uint64_t>(end, limit));
  for (std::uint64_t position = first; position < end; ++position) {
    if (!load(position, entry) || (since_id && entry.row.frame_id <= *since_id)) continue;
    const bool other = entry.layout != recent.layout;
    // The newest rows are wanted, those before may have had other regions.
    if (other && !since_id) recent.rows.clear(), recent.region_rows.clear();
    if (recent.rows.size() == limit || (other && !recent.rows.empty())) {
      recent.more = true;
      break;
    }
    recent.layout = entry.layout;
    recent.regions = entry.regions.size();
    recent.rows.push_back(entry.row);
    recent.region_rows.insert(recent.region_rows.end(), entry.regions.begin(), entry.regions.end());
  }
  return recent;
}

}  // namespace tarsier
