// Temperatures, throttling and processor clocks of the board, as far as its kernel offers them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace tarsier {

struct BoardTemperature {
  std::string name;  // the kernel's: "cpu-thermal"
  double celsius = 0;
};

// Processors that share a clock.
struct BoardProcessors {
  std::string name;  // "policy0"
  double mhz = 0;
  double limit_mhz = 0;  // what the kernel allows now: less than `most_mhz` when it is too hot
  double most_mhz = 0;
};

struct BoardReading {
  std::vector<BoardTemperature> temperatures;
  std::optional<std::uint32_t> throttled;  // the Raspberry Pi's firmware: bits 0-3 now, 16-19 since boot
  std::vector<BoardProcessors> processors;
};

// Of the kernel's /sys, which is `sys`: class/thermal/thermal_zone*, devices/platform/soc*/*firmware/get_throttled,
// devices/system/cpu/cpufreq/policy*. What isn't there, or no number, is left out; of each kind at most 32 are read. A
// sensor's driver may take its time.
[[nodiscard]] BoardReading read_board(const std::filesystem::path& sys);

// {"temperatures": [{"name", "celsius"}], "processors": [...], "throttling": {flag: {"now", "since_boot"}}}.
[[nodiscard]] Json to_json(const BoardReading& reading);

}  // namespace tarsier
