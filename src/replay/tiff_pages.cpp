#include "replay/tiff_pages.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>

#include "replay/read_whole.hpp"

namespace tarsier {
namespace {

constexpr std::size_t most_pages = 4'000'000;
// No writer makes a directory of more fields; what says so is damaged.
constexpr std::uint64_t most_fields = 65535;

// TIFF 6.0, section 2; BigTIFF has the same with longer numbers.
class Chain {
 public:
  explicit Chain(int fd) : fd_(fd) {
    std::array<std::byte, 4> mark{};
    if (!read_whole(fd, 0, mark)) return;
    big_endian_ = mark[0] == std::byte{'M'};
    if (mark[0] != mark[1] || (!big_endian_ && mark[0] != std::byte{'I'})) return;
    const auto version = number(2, 2);
    big_ = version == 43;
    if (big_ || version == 42) first_ = number(big_ ? 8 : 4, link_bytes());
  }

  // Where the first directory lies; nothing, or 0: there is none.
  [[nodiscard]] std::optional<std::uint64_t> first() const { return first_; }
  // The one behind that at `directory`.
  [[nodiscard]] std::optional<std::uint64_t> after(std::uint64_t directory) const {
    const std::uint64_t count_bytes = big_ ? 8 : 2;
    const auto fields = number(directory, count_bytes);
    if (!fields || *fields > most_fields) return std::nullopt;
    return number(directory + count_bytes + *fields * (big_ ? 20 : 12), link_bytes());
  }

 private:
  [[nodiscard]] std::uint64_t link_bytes() const { return big_ ? 8 : 4; }

  [[nodiscard]] std::optional<std::uint64_t> number(std::uint64_t offset, std::uint64_t bytes) const {
    std::array<std::byte, 8> found{};
    if (offset > INT64_MAX - 8 || !read_whole(fd_, offset, std::span(found).first(bytes))) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
      value = value << 8U | std::to_integer<std::uint64_t>(found[big_endian_ ? i : bytes - 1 - i]);
    }
    return value;
  }

  int fd_;
  bool big_endian_ = false;
  bool big_ = false;
  std::optional<std::uint64_t> first_;
};

std::size_t first_repeated(const std::vector<std::uint64_t>& places) {
  std::unordered_set<std::uint64_t> seen;
  const auto repeated =
      std::find_if(places.begin(), places.end(), [&](std::uint64_t place) { return !seen.insert(place).second; });
  return static_cast<std::size_t>(repeated - places.begin());
}

}  // namespace

TiffPages find_tiff_pages(int fd) {
  const Chain chain(fd);
  TiffPages pages;
  auto& places = pages.directories;
  // Brent's way of finding a loop: one place is compared with all that follow, and moved at each doubling.
  std::size_t marked = 0;
  for (auto next = chain.first(); next.value_or(0) != 0; next = chain.after(*next)) {
    pages.broken_off = places.size() == most_pages || (!places.empty() && *next == places[marked]);
    if (pages.broken_off) break;
    places.push_back(*next);
    if (places.size() > 2 * marked + 1) marked = places.size() - 1;
  }
  if (pages.broken_off) places.resize(first_repeated(places));
  return pages;
}

bool has_second_tiff_page(int fd) {
  const Chain chain(fd);
  const auto first = chain.first();
  return first.value_or(0) != 0 && chain.after(*first).value_or(0) != 0;
}

}  // namespace tarsier
