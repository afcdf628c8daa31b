// What the subcommands of `tarsier config` do. Each returns the exit code.
#pragma once

#include <cstdint>
#include <string>

#include "cli/device_options.hpp"

namespace tarsier {

struct ConfigArguments {
  DeviceOptions device;
  std::string place, value;      // of the rig: "/cameras/0/slots"
  std::string file;              // "-": standard input
  std::uint32_t generation = 0;  // 0: none was named
  bool json = false, dry_run = false, patch = false, yes = false;
};

int get_config(const ConfigArguments& arguments);
int set_config(const ConfigArguments& arguments);
int patch_config(const ConfigArguments& arguments);
int validate_config(const ConfigArguments& arguments);
int edit_config(const ConfigArguments& arguments);
int show_history(const ConfigArguments& arguments);
int roll_back(const ConfigArguments& arguments);

}  // namespace tarsier
