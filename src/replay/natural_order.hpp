// The order in which people count: img2 before img10.
#pragma once

#include <string_view>

namespace tarsier {

// Whether `a` comes before `b`: runs of digits compare as numbers of any length, all else byte by byte; of two that are
// equal so, the one with fewer leading zeros first. A strict weak order.
[[nodiscard]] bool naturally_before(std::string_view a, std::string_view b);

}  // namespace tarsier
