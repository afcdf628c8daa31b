#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>

#include "base/file_operations.hpp"
#include "base/host_port.hpp"
#include "cli/commands.hpp"
#include "cli/device_options.hpp"
#include "cli/discovered.hpp"
#include "cli/exit_code.hpp"
#include "cli/json_values.hpp"
#include "client/answer_json.hpp"
#include "client/device.hpp"
#include "client/known_hosts.hpp"

namespace tarsier {
namespace {

struct DiscoverArguments {
  double wait_s = 3;
  bool json = false;
};

Result<Access> access_to(const Discovered& one) {
  if (!one.known_as.empty()) return access_of({.at = one.known_as});
  return Access{one.device.name, {one.device.address, one.device.port, one.device.tls}, {}, {}};
}

// Whom we know tells all; of others, whether they are well.
void ask(Discovered& one) {
  auto access = access_to(one);
  if (!access) {
    one.state = access.error().message;
    return;
  }
  if (access->address.tls && !access->fingerprint && !access->token) {
    one.state = "not asked: hosts.json does not know its certificate";
    return;
  }
  const bool tells_all = access->token.has_value();
  Device device(std::move(*access));
  const auto answer =
      device.exchange({.target = tells_all ? "/v1/status" : "/healthz", .within = std::chrono::seconds(3)});
  const auto document = answer ? parse_answer(answer->body) : Json();
  one.state = answer ? text_at(document, "/state", fmt::format("answers {}", answer->status)) : "does not answer";
  one.version = text_at(document, "/version");
  one.asked = !text_at(document, "/state").empty();
}

int discover_devices(const DiscoverArguments& arguments) {
  const auto hosts = KnownHosts::read(system_files(), known_hosts_file());
  if (!hosts) return report(hosts.error());
  const auto devices = discover(std::chrono::milliseconds(static_cast<std::int64_t>(arguments.wait_s * 1000)));
  if (!devices) return report(devices.error());
  std::vector<Discovered> found;
  for (const auto& device : *devices) {
    const KnownHost* const known = hosts->find(device);
    found.push_back({device, known != nullptr ? known->name : "", "", "", false});
    ask(found.back());
  }
  if (arguments.json) {
    print_json(discovered_json(found));
  } else if (found.empty()) {
    fmt::print(
        stderr,
        "no device announces itself; one does when systemd/avahi/tarsier.service is in its /etc/avahi/services\n");
  } else {
    fmt::print("{}", discovered_text(found));
  }
  return exit_done;
}

}  // namespace

void add_discover_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<DiscoverArguments>();
  auto* command = application.add_subcommand("discover", "List the devices that announce themselves in this network");
  command->add_option("--wait", arguments->wait_s, "How long to listen for them, in seconds")
      ->check(CLI::Range(0.1, 600.0))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "Print them as JSON");
  command->footer(
      "Listens through the Avahi daemon of this machine. What a device announces is not proved; its certificate is,\n"
      "by the fingerprint in hosts.json.\n"
      "Example:\n  tarsier discover --wait 10");
  command->callback([arguments, &job] { job = [arguments] { return discover_devices(*arguments); }; });
}

}  // namespace tarsier
