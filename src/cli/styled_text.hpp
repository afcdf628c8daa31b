// Lines of text with colours, before anybody knows what the terminal makes of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tarsier {

enum class Style : std::uint8_t { plain, quiet, strong, good, warning, bad, bar, banner };

struct StyledSpan {
  std::string text;
  Style style = Style::plain;
  bool operator==(const StyledSpan&) const = default;
};

using StyledLine = std::vector<StyledSpan>;

// The characters without the styles.
[[nodiscard]] std::string plain_text(const StyledLine& line);
// In characters.
[[nodiscard]] std::size_t width_of(const StyledLine& line);
// The first `width` characters; every control character is a '?', and so is, without `unicode`, what is not ASCII.
[[nodiscard]] StyledLine fitted(const StyledLine& line, std::size_t width, bool unicode = true);
// `words` in lines of at most `width` characters, broken at blanks. A longer word has a line of its own.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view words, std::size_t width);
// `pieces` one behind the other with `separator` between them, and on further lines where they don't fit. The first
// line begins with `head`, the others with as many blanks.
[[nodiscard]] std::vector<StyledLine> flowed(const StyledSpan& head, const std::vector<StyledSpan>& pieces,
                                             std::string_view separator, std::size_t width);

}  // namespace tarsier
