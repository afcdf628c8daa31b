#include "base/harmless_text.hpp"

namespace tarsier {

std::string harmless_text(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto letter = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F are C2 80 to C2 9F.
    const bool second = letter == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    safe += letter < 0x20 || letter == 0x7f || second ? '?' : text[i];
    if (second) ++i;
  }
  return safe;
}

}  // namespace tarsier
