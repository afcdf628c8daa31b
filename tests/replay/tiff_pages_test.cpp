#include "replay/tiff_pages.hpp"

#include <CppUTest/TestHarness.h>
#include <fcntl.h>

#include <fstream>

#include "base/unique_fd.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

struct Kind {
  bool big_endian = false;
  bool big = false;
};

std::string number(const Kind& kind, std::uint64_t value, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8U * i);
  return kind.big_endian ? std::string(text.rbegin(), text.rend()) : text;
}

constexpr std::uint64_t spacing = 64;

// Directories of two fields at 64, 128, ..; the i-th is followed by number next[i], counted from 0.
std::string chain(const Kind& kind, const std::vector<std::uint64_t>& next) {
  const std::size_t link = kind.big ? 8 : 4;
  std::string file = kind.big_endian ? "MM" : "II";
  file += number(kind, kind.big ? 43 : 42, 2);
  if (kind.big) file += number(kind, 8, 2) + number(kind, 0, 2);
  file += number(kind, spacing, link);
  for (std::size_t i = 0; i < next.size(); ++i) {
    file.resize((i + 1) * spacing);
    file += number(kind, 2, kind.big ? 8 : 2) + std::string(kind.big ? 40 : 24, '\x11');
    file += number(kind, next[i] == UINT64_MAX ? 0 : (next[i] + 1) * spacing, link);
  }
  return file;
}

}  // namespace

TEST_GROUP(TiffPages) {
  TemporaryFolder folder;

  UniqueFd file_of(const std::string& content) const {
    std::ofstream(folder / "a.tif", std::ios::binary) << content;
    return UniqueFd(open((folder / "a.tif").c_str(), O_RDONLY | O_CLOEXEC));
  }
};

TEST(TiffPages, the_chain_is_followed_in_either_byte_order_and_width) {
  for (const Kind kind : {Kind{}, Kind{true, false}, Kind{false, true}, Kind{true, true}}) {
    const auto file = file_of(chain(kind, {2, UINT64_MAX, 1}));
    const TiffPages pages = find_tiff_pages(file.get());
    CHECK(pages.directories == std::vector<std::uint64_t>({64, 192, 128}));
    CHECK_FALSE(pages.broken_off);
    CHECK(has_second_tiff_page(file.get()));
  }
}

TEST(TiffPages, one_page_has_no_second) {
  const auto file = file_of(chain({}, {UINT64_MAX}));
  CHECK_EQUAL(1U, find_tiff_pages(file.get()).directories.size());
  CHECK_FALSE(has_second_tiff_page(file.get()));
}

TEST(TiffPages, a_chain_that_leads_back_ends_where_it_does) {
  for (std::uint64_t pages = 1; pages < 9; ++pages) {
    for (std::uint64_t back = 0; back < pages; ++back) {
      std::vector<std::uint64_t> next;
      for (std::uint64_t i = 1; i < pages; ++i) next.push_back(i);
      next.push_back(back);
      const auto found = find_tiff_pages(file_of(chain({}, next)).get());
      CHECK_EQUAL(pages, found.directories.size());
      CHECK(found.broken_off);
    }
  }
}

TEST(TiffPages, a_directory_behind_the_end_is_the_last) {
  const auto found = find_tiff_pages(file_of(chain({}, {1, 77})).get());
  CHECK_EQUAL(3U, found.directories.size());
}

TEST(TiffPages, what_is_no_tiff_has_no_page) {
  for (const char* content : {"", "II", "II*", "IM*\0....", "P5 1 1 255\n.", "\x89PNG\r\n\x1a\n"}) {
    const auto file = file_of(content);
    CHECK(find_tiff_pages(file.get()).directories.empty());
    CHECK_FALSE(has_second_tiff_page(file.get()));
  }
}
