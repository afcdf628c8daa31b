// What every client command does: open the device, do the work, print the answer, tell what went wrong.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "cli/device_options.hpp"
#include "client/device.hpp"

namespace tarsier {

// Does `work` with the device that the options name; returns the exit code.
[[nodiscard]] int with_device(const DeviceOptions& options, const std::function<Result<void>(Device&)>& work);

// Whether standard output shows colours: a terminal, and NO_COLOR is not set.
[[nodiscard]] bool shows_colours();

}  // namespace tarsier
