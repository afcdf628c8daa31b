#include "cli/exit_code.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "base/harmless_text.hpp"

namespace tarsier {

int report(const Error& error) {
  const bool ended = error.message.ends_with('\n');
  // It may quote what a device or a file says.
  fmt::print(stderr, "tarsier: {}{}", harmless_lines(error.message), ended ? "" : "\n");
  return error.wrong_use ? exit_wrong_use : exit_failed;
}

}  // namespace tarsier
