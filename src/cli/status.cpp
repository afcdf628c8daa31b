#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "cli/commands.hpp"
#include "cli/device_options.hpp"
#include "cli/exit_code.hpp"
#include "cli/json_values.hpp"
#include "cli/status_text.hpp"
#include "client/device.hpp"

namespace tarsier {
namespace {

struct StatusArguments {
  DeviceOptions device;
  bool json = false;
};

int show_status(const StatusArguments& arguments) {
  auto access = access_of(arguments.device);
  if (!access) return report(access.error());
  Device device(std::move(*access));
  const auto status = device.document_of({.target = "/v1/status", .within = std::chrono::seconds(5)});
  if (!status) return report(status.error());
  if (arguments.json) {
    print_json(*status);
  } else {
    fmt::print("{}", status_text(*status));
  }
  return exit_done;
}

}  // namespace

void add_status_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<StatusArguments>();
  auto* command = application.add_subcommand("status", "Ask a running tarsierd or `tarsier run` how it is");
  add_device_options(*command, arguments->device);
  command->add_flag("--json", arguments->json, "Print the document of GET /v1/status");
  command->footer(
      "Examples:\n  tarsier status\n  tarsier status --at 127.0.0.1:8471 --json\n"
      "  tarsier status --at pi-left.local --token-file token --fingerprint sha256:5f8e...");
  command->callback([arguments, &job] { job = [arguments] { return show_status(*arguments); }; });
}

}  // namespace tarsier
