#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "cli/check_text.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/json_values.hpp"
#include "daemon/stop_signals.hpp"
#include "daemon/store_setup.hpp"

namespace tarsier {
namespace {

struct CheckArguments {
  std::string rig;
  bool look = false;
  std::uint32_t frames = 50;
  bool json = false;
};

int refuse(const CheckArguments& arguments, const Error& error) {
  if (arguments.json) print_json(refusal_json({{"", error.message}}));
  return report(error);
}

Result<std::vector<CameraLook>> look_at(const std::vector<ResolvedCamera>& cameras, std::uint32_t frames) {
  const StopSignals signals;
  std::vector<CameraLook> looks;
  for (const ResolvedCamera& camera : cameras) {
    auto look = look_at_camera(camera, frames, signals.request());
    if (!look) return unexpected(std::move(look.error()));
    looks.push_back(*look);
  }
  return looks;
}

// A recording would be refused.
int check_disk(const Rig& rig) {
  const auto fine = check_store(rig.store);
  return fine ? exit_done : report(fine.error());
}

int check_sources(const CheckArguments& arguments, const Rig& rig) {
  const auto cameras = resolve_cameras(rig, arguments.rig);
  if (!cameras) return refuse(arguments, cameras.error());
  const auto plan = plan_rig(rig, *cameras, {});
  std::vector<CameraLook> looks;
  if (arguments.look) {
    auto looked = look_at(*cameras, arguments.frames);
    if (!looked) return refuse(arguments, looked.error());
    looks = std::move(*looked);
  }
  if (arguments.json) {
    Json facts = check_json(rig, *cameras, plan);
    if (arguments.look) facts["looks"] = looks_json(*cameras, looks);
    print_json(facts);
  } else {
    fmt::print("{}{}", check_text(rig, *cameras, plan), looks_text(*cameras, looks));
  }
  if (plan.fits()) return check_disk(rig);
  return report({fmt::format("{}: /memory/budget_mib: the plan needs {}; `tarsier plan` tells what to shrink",
                             arguments.rig, to_text(plan.total())),
                 true});
}

int check(const CheckArguments& arguments) {
  const auto document = read_json(arguments.rig);
  if (!document) return refuse(arguments, document.error());
  ParseOptions options;
  options.base_directory = std::filesystem::path(arguments.rig).parent_path();
  const auto rig = parse_rig(*document, options);
  if (rig) return check_sources(arguments, *rig);
  if (arguments.json) print_json(refusal_json(rig.error()));
  return report(to_error(arguments.rig, rig.error()));
}

}  // namespace

void add_check_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<CheckArguments>();
  auto* command =
      application.add_subcommand("check", "Look for mistakes in a rig: keys, values, sources, regions, memory");
  command->add_option("RIG", arguments->rig, "The rig's JSON file")->required();
  command->add_flag(
      "--camera", arguments->look,
      "Look at what each camera delivers: rate, brightness, flicker, noise and the threshold it asks for");
  command->add_option("--frames", arguments->frames, "Frames of each camera that --camera looks at")
      ->check(CLI::Range(2U, 100000U))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "Print what was understood, or the problems, as JSON");
  command->footer(
      "Starts each source for a moment, writes nothing. All problems are listed at once.\n"
      "Examples:\n  tarsier check rig.json\n  tarsier check --camera rig.json");
  command->callback([arguments, &job] { job = [arguments] { return check(*arguments); }; });
}

}  // namespace tarsier
