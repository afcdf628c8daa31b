#include "base/harmless_text.hpp"

#include <fmt/format.h>

namespace tarsier {
namespace {

// How many bytes of control character stand at `i`; 0: another one does. U+0080 to U+009F are C2 80 to C2 9F.
std::size_t control_at(std::string_view text, std::size_t i) {
  const auto letter = static_cast<unsigned char>(text[i]);
  if (letter < 0x20 || letter == 0x7f) return 1;
  return letter == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0 ? 2 : 0;
}

// `other` says what stands instead of a control character, given its last byte.
template <typename Other>
std::string without_controls(std::string_view text, Other other) {
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto bytes = control_at(text, i);
    if (bytes == 2) ++i;
    if (bytes == 0) {
      safe += text[i];
    } else {
      safe += other(text[i]);
    }
  }
  return safe;
}

}  // namespace

std::string harmless_text(std::string_view text) {
  return without_controls(text, [](char) { return '?'; });
}

std::string harmless_lines(std::string_view text) {
  return without_controls(text, [](char letter) { return letter == '\n' ? '\n' : '?'; });
}

std::string harmless_json(std::string_view dumped) {
  return without_controls(dumped, [](char letter) {
    return letter == '\n' ? std::string("\n") : fmt::format("\\u{:04x}", static_cast<unsigned char>(letter));
  });
}

}  // namespace tarsier
