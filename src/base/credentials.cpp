#include "base/credentials.hpp"

namespace tarsier {

std::string without_credentials(std::string text) {
  for (auto start = text.find("://"); start != std::string::npos; start = text.find("://", start + 3)) {
    // A slash ends the host but may be part of a password, so rather too much is left out.
    const auto end = text.find_first_of(" \"'\n", start);
    const auto at = text.rfind('@', end);
    if (at != std::string::npos && at > start) text.replace(start + 3, at - (start + 3), "***");
  }
  return text;
}

}  // namespace tarsier
