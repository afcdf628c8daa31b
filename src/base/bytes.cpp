#include "base/bytes.hpp"

#include <fmt/format.h>

namespace tarsier {

std::string to_text(Bytes bytes) {
  const auto value = static_cast<double>(bytes.count);
  if (bytes.count < 1024) return fmt::format("{} B", bytes.count);
  if (bytes < mebibytes(1)) return fmt::format("{:.1f} KiB", value / 1024.0);
  if (bytes < mebibytes(10240)) return fmt::format("{:.1f} MiB", value / (1024.0 * 1024.0));
  return fmt::format("{:.1f} GiB", value / (1024.0 * 1024.0 * 1024.0));
}

}  // namespace tarsier
