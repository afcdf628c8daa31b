#include <algorithm>

#include "kernels/reduce.hpp"

namespace tarsier {

RegionTable region_table(std::span<const RegionMask> regions) {
  struct Owned {
    Span span;
    std::uint32_t owner;
  };
  std::vector<Owned> all;
  RegionTable table;
  for (std::uint32_t region = 0; region < regions.size(); ++region) {
    for (const Span& span : regions[region].spans) all.push_back({span, region});
    table.pixels.push_back(count_pixels(regions[region].spans));
  }
  std::stable_sort(all.begin(), all.end(), [](const Owned& a, const Owned& b) { return a.span.y_px < b.span.y_px; });
  for (const Owned& owned : all) {
    while (table.first_of_line.size() <= owned.span.y_px) {
      table.first_of_line.push_back(static_cast<std::uint32_t>(table.spans.size()));
    }
    table.spans.push_back(owned.span);
    table.owners.push_back(owned.owner);
  }
  table.first_of_line.push_back(static_cast<std::uint32_t>(table.spans.size()));
  return table;
}

}  // namespace tarsier
