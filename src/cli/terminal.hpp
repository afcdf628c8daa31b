// What the terminal can show.
#pragma once

#include <cstddef>

namespace tarsier {

// Whether text may hold more than ASCII: the first of these names of a locale that is set decides, as in setlocale(3).
// Each may be null.
[[nodiscard]] bool is_utf8_locale(const char* lc_all, const char* lc_ctype, const char* lang);
// The same of this process's environment.
[[nodiscard]] bool shows_utf8();

// Columns of the terminal on a file descriptor; 0: it is none.
[[nodiscard]] std::size_t terminal_columns(int fd);

}  // namespace tarsier
