#include "daemon/board.hpp"

#include <algorithm>
#include <fstream>
#include <string_view>

namespace tarsier {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_of_a_kind = 32;

struct ThrottleFlag {
  const char* name;
  unsigned bit;  // now; 16 higher: since boot
};
constexpr ThrottleFlag throttle_flags[] = {
    {"under_voltage", 0}, {"frequency_capped", 1}, {"throttled", 2}, {"soft_temperature_limit", 3}};

// The entries of a folder whose names begin with `prefix`, in order; none where it isn't there.
std::vector<fs::path> entries(const fs::path& folder, std::string_view prefix) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (found.size() < most_of_a_kind && at->path().filename().string().starts_with(prefix))
      found.push_back(at->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<double> number_in(const fs::path& path) {
  std::ifstream file(path);
  double value = 0;
  return file >> value ? std::optional(value) : std::nullopt;
}

// A name of the kernel's has a few characters; a longer one is cut.
std::string word_in(const fs::path& path) {
  std::ifstream file(path);
  char text[64] = {};
  file.getline(text, sizeof text);
  return text;
}

std::vector<BoardTemperature> temperatures(const fs::path& sys) {
  std::vector<BoardTemperature> found;
  for (const fs::path& zone : entries(sys / "class/thermal", "thermal_zone")) {
    const auto thousandths = number_in(zone / "temp");
    if (!thousandths) continue;
    const std::string name = word_in(zone / "type");
    found.push_back({name.empty() ? zone.filename().string() : name, *thousandths / 1000});
  }
  return found;
}

std::vector<BoardProcessors> processors(const fs::path& sys) {
  std::vector<BoardProcessors> found;
  for (const fs::path& policy : entries(sys / "devices/system/cpu/cpufreq", "policy")) {
    const auto now = number_in(policy / "scaling_cur_freq");
    const auto limit = number_in(policy / "scaling_max_freq");
    const auto most = number_in(policy / "cpuinfo_max_freq");
    if (now && limit && most) found.push_back({policy.filename().string(), *now / 1e3, *limit / 1e3, *most / 1e3});
  }
  return found;
}

// Hexadecimal, with or without 0x.
std::optional<std::uint32_t> throttled(const fs::path& sys) {
  for (const fs::path& chip : entries(sys / "devices/platform", "soc")) {
    for (const fs::path& part : entries(chip, "soc")) {
      std::ifstream file(part / "get_throttled");
      std::uint32_t flags = 0;
      if (file >> std::hex >> flags) return flags;
    }
  }
  return std::nullopt;
}

Json to_json(std::uint32_t throttled) {
  Json flags = Json::object();
  for (const ThrottleFlag& flag : throttle_flags) {
    flags[flag.name] = {{"now", ((throttled >> flag.bit) & 1) != 0},
                        {"since_boot", ((throttled >> (flag.bit + 16)) & 1) != 0}};
  }
  return flags;
}

}  // namespace

BoardReading read_board(const fs::path& sys) { return {temperatures(sys), throttled(sys), processors(sys)}; }

Json to_json(const BoardReading& reading) {
  Json board = {{"temperatures", Json::array()}, {"processors", Json::array()}};
  for (const auto& one : reading.temperatures) {
    board["temperatures"].push_back({{"name", one.name}, {"celsius", one.celsius}});
  }
  for (const auto& one : reading.processors) {
    board["processors"].push_back(
        {{"name", one.name}, {"mhz", one.mhz}, {"limit_mhz", one.limit_mhz}, {"most_mhz", one.most_mhz}});
  }
  if (reading.throttled) board["throttling"] = to_json(*reading.throttled);
  return board;
}

}  // namespace tarsier
