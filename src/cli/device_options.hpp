// The options by which every client command says which device it means.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "client/device.hpp"

namespace tarsier {

struct DeviceOptions {
  std::string at = "127.0.0.1:8470";
  std::filesystem::path token_file{};
  std::string fingerprint{};
};

// --at, --token-file, --fingerprint. `options` outlives the command.
void add_device_options(CLI::App& command, DeviceOptions& options);
// The same without --at, for commands that name their devices otherwise.
void add_access_options(CLI::App& command, DeviceOptions& options);

// The device of `options.at`: first a name of hosts.json, whose token and certificate the options replace, then an
// address. Reads hosts.json and the token's file.
[[nodiscard]] Result<Access> access_of(const DeviceOptions& options);

}  // namespace tarsier
