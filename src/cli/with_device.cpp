#include "cli/with_device.hpp"

#include <unistd.h>

#include <cstdlib>

#include "cli/exit_code.hpp"
#include "cli/terminal.hpp"

namespace tarsier {

int with_device(const DeviceOptions& options, const std::function<Result<void>(Device&)>& work) {
  auto access = access_of(options);
  if (!access) return report(access.error());
  Device device(std::move(*access));
  const auto done = work(device);
  return done ? exit_done : report(done.error());
}

bool shows_colours() {
  const char* const unwanted = std::getenv("NO_COLOR");
  return terminal_columns(STDOUT_FILENO) > 0 && (unwanted == nullptr || *unwanted == '\0');
}

}  // namespace tarsier
