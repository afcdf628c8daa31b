#include "cli/activity_history.hpp"

#include <algorithm>

#include "cli/json_values.hpp"

namespace tarsier {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

std::vector<std::string> names_of(const Json& page) {
  std::vector<std::string> names;
  for (const auto& name : value_at(page, "/regions")) names.push_back(text_at(name, "", "?"));
  if (names.empty()) names.emplace_back("whole frame");
  return names;
}

// Where a camera has no regions, its frame is the one.
const Json& measured(const Json& row, std::size_t region) {
  static const Json nothing;
  const auto& regions = value_at(row, "/regions");
  if (!regions.is_array()) return nothing;
  if (regions.empty()) return row;
  return region < regions.size() ? regions[region] : nothing;
}

}  // namespace

void ActivityHistory::clear() { *this = {}; }

void ActivityHistory::add(const Json& page) {
  const auto names = names_of(page);
  const bool same = std::equal(names.begin(), names.end(), regions_.begin(), regions_.end(),
                               [](const auto& name, const auto& region) { return name == region.name; });
  if (!same) {
    clear();
    for (const auto& name : names) regions_.push_back({name, {}});
  }
  for (const auto& row : value_at(page, "/rows")) add_row(row);
}

void ActivityHistory::add_row(const Json& row) {
  last_id_ = count_at(row, "/frame_id");
  const auto second = count_at(row, "/monotonic_ns") / second_ns;
  if (second_ != second) begin_second(second);
  if (number_at(row, "/pair_ns").value_or(-1) < 0) return;
  for (std::size_t i = 0; i < regions_.size(); ++i) {
    const auto moved = number_at(measured(row, i), "/abs_diff_sum");
    if (!moved) continue;
    auto& sum = sums_[i];
    sum.total += *moved;
    ++sum.rows;
    regions_[i].values.back() = sum.total / sum.rows;
  }
}

void ActivityHistory::begin_second(std::uint64_t second) {
  second_ = second;
  sums_.assign(regions_.size(), {});
  for (auto& region : regions_) {
    region.values.emplace_back();
    if (region.values.size() > longest) region.values.pop_front();
  }
}

}  // namespace tarsier
