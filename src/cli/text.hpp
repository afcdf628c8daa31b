// Numbers and times as a person reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace tarsier {

// "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t count);
// "1 frame", "1,200 frames".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view one);
// "0:17", "1:02:03", "13 d 4 h"; rounded up, so that 0:00 means over.
[[nodiscard]] std::string short_duration(double seconds);
// "0.2/s", "98.7/s", "1,235/s".
[[nodiscard]] std::string rate_text(double per_second);
// "58.2 GiB", "950.0 MiB": an amount of disk.
[[nodiscard]] std::string disk_text(Bytes bytes);

// Characters of a UTF-8 text, which is what it takes on a terminal for the letters that names are made of.
[[nodiscard]] std::size_t text_width(std::string_view text);
// The text with blanks behind it up to `width` characters.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);
// The first `width` characters.
[[nodiscard]] std::string cut(std::string_view text, std::size_t width);

}  // namespace tarsier
