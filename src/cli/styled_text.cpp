#include "cli/styled_text.hpp"

#include <algorithm>

#include "base/harmless_text.hpp"
#include "cli/text.hpp"

namespace tarsier {
namespace {

std::string ascii_only(std::string_view text) {
  std::string ascii;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    // What goes on with a character is no character of its own.
    if (byte < 0x80) ascii += letter;
    if (byte >= 0xc0) ascii += '?';
  }
  return ascii;
}

}  // namespace

std::string plain_text(const StyledLine& line) {
  std::string text;
  for (const auto& span : line) text += span.text;
  return text;
}

std::size_t width_of(const StyledLine& line) {
  std::size_t width = 0;
  for (const auto& span : line) width += text_width(span.text);
  return width;
}

StyledLine fitted(const StyledLine& line, std::size_t width, bool unicode) {
  StyledLine whole;
  for (const auto& span : line) {
    const auto safe = harmless_text(span.text);
    const auto text = cut(unicode ? safe : ascii_only(safe), width);
    width -= text_width(text);
    if (!text.empty()) whole.push_back({text, span.style});
  }
  return whole;
}

std::vector<std::string> wrapped(std::string_view words, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!words.empty()) {
    const auto word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    if (!lines.back().empty() && text_width(lines.back()) + 1 + text_width(word) > width) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

std::vector<StyledLine> flowed(const StyledSpan& head, const std::vector<StyledSpan>& pieces,
                               std::string_view separator, std::size_t width) {
  const auto indent = text_width(head.text);
  std::vector<StyledLine> lines = {{head}};
  bool first = true;
  for (const auto& piece : pieces) {
    const auto more = text_width(piece.text) + (first ? 0 : text_width(separator));
    if (!first && width_of(lines.back()) + more > width) {
      lines.push_back({{std::string(indent, ' ')}});
    } else if (!first) {
      lines.back().push_back({std::string(separator), Style::quiet});
    }
    lines.back().push_back(piece);
    first = false;
  }
  return lines;
}

}  // namespace tarsier
