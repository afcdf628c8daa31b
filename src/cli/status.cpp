#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/host_port.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/status_text.hpp"
#include "client/http_client.hpp"

namespace tarsier {
namespace {

struct StatusArguments {
  std::string at = "127.0.0.1:8470";
  bool json = false;
};

int show_status(const StatusArguments& arguments) {
  const auto address = parse_host_port(arguments.at);
  if (!address) return report(Error(address.error()).within("--at"));
  const auto status = get_json(*address, "/v1/status");
  if (!status) return report(status.error());
  fmt::print(
      "{}", arguments.json ? status->dump(2, ' ', false, Json::error_handler_t::replace) + "\n" : status_text(*status));
  return exit_done;
}

}  // namespace

void add_status_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<StatusArguments>();
  auto* command = application.add_subcommand("status", "Ask a running tarsierd or `tarsier run` how it is");
  command->add_option("--at", arguments->at, "Its address, HOST:PORT; the rig's control.listen")->capture_default_str();
  command->add_flag("--json", arguments->json, "Print the document of GET /v1/status");
  command->footer("Examples:\n  tarsier status\n  tarsier status --at 127.0.0.1:8471 --json");
  command->callback([arguments, &job] { job = [arguments] { return show_status(*arguments); }; });
}

}  // namespace tarsier
