#include "cli/device_options.hpp"

#include "client/known_hosts.hpp"

namespace tarsier {
namespace {

// What hosts.json says, then what the options say.
Result<KnownHost> wanted_host(const DeviceOptions& options) {
  const auto known = KnownHosts::read(system_files(), known_hosts_file());
  if (!known) return unexpected(known.error());
  const KnownHost* const found = known->find(options.at);
  KnownHost host = found != nullptr ? *found : KnownHost{options.at, options.at, {}, {}, {}};
  if (!options.token_file.empty()) {
    host.token_file = options.token_file;
    host.token.clear();
  }
  if (!options.fingerprint.empty()) host.fingerprint = options.fingerprint;
  return host;
}

}  // namespace

void add_device_options(CLI::App& command, DeviceOptions& options) {
  command
      .add_option("--at", options.at,
                  "The device: a name of hosts.json, HOST:PORT, http://HOST:PORT or https://HOST:PORT")
      ->capture_default_str();
  add_access_options(command, options);
}

void add_access_options(CLI::App& command, DeviceOptions& options) {
  command.add_option("--token-file", options.token_file, "A file with the token, which only you may read");
  command.add_option("--fingerprint", options.fingerprint,
                     "The fingerprint of the device's certificate, sha256:..., as `tarsier cert new` prints it");
}

Result<Access> access_of(const DeviceOptions& options) {
  const auto host = wanted_host(options);
  if (!host) return unexpected(host.error());
  const auto address = parse_device_address(host->address);
  if (!address) return unexpected(Error(address.error()).within("--at"));
  Access access{host->name, *address, {}, {}};
  if (!host->token.empty()) access.token = host->token;
  if (!host->token_file.empty()) {
    auto token = read_token(system_files(), host->token_file);
    if (!token) return unexpected(std::move(token.error()));
    access.token = std::move(*token);
  }
  if (!host->fingerprint.empty()) {
    auto digits = parse_fingerprint(host->fingerprint);
    if (!digits) return unexpected(std::move(digits.error()));
    access.fingerprint = std::move(*digits);
  }
  return access;
}

}  // namespace tarsier
