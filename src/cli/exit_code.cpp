#include "cli/exit_code.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace tarsier {

int report(const Error& error) {
  const bool ended = error.message.ends_with('\n');
  fmt::print(stderr, "tarsier: {}{}", error.message, ended ? "" : "\n");
  return error.wrong_use ? exit_wrong_use : exit_failed;
}

}  // namespace tarsier
