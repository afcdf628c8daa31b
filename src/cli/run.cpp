#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/record.hpp"
#include "cli/summary.hpp"
#include "config/parse.hpp"

namespace tarsier {
namespace {

struct RunArguments {
  std::string rig;
  std::optional<double> duration_s;
  bool json = false;
};

// The parser's own rule lets "nan" pass.
std::string positive_seconds(const std::string& word) {
  const auto seconds = std::strtod(word.c_str(), nullptr);
  return std::isfinite(seconds) && seconds > 0 ? "" : word + " is not a number of seconds above 0";
}

int run(const RunArguments& arguments) {
  const auto document = read_json(arguments.rig);
  if (!document) return report(document.error());
  ServiceOptions options;
  options.duration_s = arguments.duration_s;
  const auto recorded = record(*document, arguments.rig, options);
  if (!recorded) return report(recorded.error());
  print_summary(*recorded, arguments.json);
  const auto reasons = what_went_wrong(recorded->summary);
  for (const auto& reason : reasons) report({reason});
  return reasons.empty() ? exit_done : exit_failed;
}

}  // namespace

void add_run_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<RunArguments>();
  auto* command = application.add_subcommand("run", "Record a rig in the foreground until it is over");
  command->add_option("RIG", arguments->rig, "The rig's JSON file")->required();
  command->add_option("--duration", arguments->duration_s, "Seconds, instead of the rig's run.duration_s")
      ->type_name("S")
      ->check(positive_seconds, "");
  command->add_flag("--json", arguments->json, "Print the facts at the end as JSON instead of the summary");
  command->footer(
      "It ends by itself when its duration is over or every source has ended. Ctrl-C seals the files and ends the\n"
      "run for good; after SIGTERM or a power cut the next start goes on with it.\n"
      "Examples:\n  tarsier run rig.json\n  tarsier run rig.json --duration 60 --json");
  command->callback([arguments, &job] { job = [arguments] { return run(*arguments); }; });
}

}  // namespace tarsier
