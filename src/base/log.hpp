// The log: one line a failure, on standard error, with the kernel's priority prefix when the journal reads it.
#pragma once

#include <string_view>

namespace tarsier {

enum class Severity { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

// Any thread. `message` is one line; line feeds in it are written as spaces.
void log(Severity severity, std::string_view message);

// Lines less important than `least` are left out (default: info).
void set_log_level(Severity least);

}  // namespace tarsier
