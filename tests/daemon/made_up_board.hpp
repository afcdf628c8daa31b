// A folder that looks like the /sys of a board.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "support/temporary_folder.hpp"

namespace tarsier {

class MadeUpBoard {
 public:
  void write(const std::string& place, const std::string& text) const {
    const auto path = folder_ / place;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text << '\n';
  }
  void raspberry_pi() const {
    write("class/thermal/thermal_zone0/type", "cpu-thermal");
    write("class/thermal/thermal_zone0/temp", "81234");
    write("class/thermal/cooling_device0/type", "cpufreq");
    write("devices/platform/soc/soc:firmware/get_throttled", "50005");
    write("devices/system/cpu/cpufreq/policy0/scaling_cur_freq", "1000000");
    write("devices/system/cpu/cpufreq/policy0/scaling_max_freq", "1200000");
    write("devices/system/cpu/cpufreq/policy0/cpuinfo_max_freq", "1800000");
  }
  [[nodiscard]] const std::filesystem::path& sys() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace tarsier
