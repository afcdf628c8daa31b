#include "replay/pgm_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <string_view>

#include "replay/read_whole.hpp"
#include "replay/recording.hpp"

namespace tarsier {
namespace {

// A header with comments that is longer is none.
constexpr std::size_t longest_header = 4096;

struct Header {
  ImageShape shape;
  std::uint64_t bytes = 0;  // of the header
};

bool is_blank(char letter) { return std::isspace(static_cast<unsigned char>(letter)) != 0; }

// Blanks and comments, taken off the front.
void skip_blanks(std::string_view& text) {
  while (!text.empty() && (is_blank(text.front()) || text.front() == '#')) {
    if (text.front() == '#') text.remove_prefix(std::min(text.find('\n'), text.size() - 1));
    text.remove_prefix(1);
  }
}

std::optional<std::uint32_t> take_header_number(std::string_view& text) {
  skip_blanks(text);
  std::uint32_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end.ptr - text.data()));
  return value;
}

Result<Header> parse(std::string_view text) {
  const std::size_t all = text.size();
  text.remove_prefix(2);
  const auto width = take_header_number(text);
  const auto height = take_header_number(text);
  const auto largest = take_header_number(text);
  if (!width || !height || !largest || text.empty() || !is_blank(text.front())) return failure("damaged PGM header");
  if (*largest == 0 || *largest > 65535) return failure("its largest value is not 1 to 65535");
  Header header;
  header.shape = {{*width, *height}, *largest < 256 ? PixelFormat::gray8 : PixelFormat::gray16};
  if (auto fits = check_size(*width, *height, header.shape.format); !fits) return unexpected(std::move(fits.error()));
  header.bytes = all - text.size() + 1;
  return header;
}

void swap_pairs(std::span<std::byte> pixels) {
  for (std::size_t i = 0; i + 1 < pixels.size(); i += 2) std::swap(pixels[i], pixels[i + 1]);
}

class PgmFile final : public ImageFile {
 public:
  PgmFile(UniqueFd file, Header header) : file_(std::move(file)), header_(header) {}

  Result<ImageShape> shape(std::uint64_t) override { return header_.shape; }
  Result<void> read(std::uint64_t, const ImageShape& expected, std::span<std::byte> pixels) override {
    if (auto same = check_shape(header_.shape, expected); !same) return same;
    if (!read_whole(file_.get(), header_.bytes, pixels)) return failure("it ends too early");
    if (expected.format == PixelFormat::gray16) swap_pairs(pixels);
    return {};
  }

 private:
  const UniqueFd file_;
  const Header header_;
};

}  // namespace

Result<std::unique_ptr<ImageFile>> open_pgm(UniqueFd file) {
  std::array<char, longest_header> front{};
  const auto count = read_some(file.get(), 0, std::as_writable_bytes(std::span(front)));
  if (count < 2) return failure("it ends too early");
  const auto header = parse({front.data(), count});
  if (!header) return unexpected(header.error());
  return std::make_unique<PgmFile>(std::move(file), *header);
}

}  // namespace tarsier
