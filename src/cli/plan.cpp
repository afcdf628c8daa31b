#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/file_operations.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "config/parse.hpp"
#include "daemon/rig_plan.hpp"

namespace tarsier {
namespace {

namespace fs = std::filesystem;

struct PlanArguments {
  std::string rig;
  std::string output;
  bool fit = false;
  bool json = false;
};

Error over_budget(const fs::path& rig, const Plan& plan) {
  return {fmt::format(
              "{}: /memory/budget_mib: the plan needs {} and the budget is {}; `tarsier plan {} --fit` writes a rig "
              "that fits\n{}",
              rig.string(), to_text(plan.total()), to_text(plan.budget), rig.string(), plan.table()),
          true};
}

int show_plan(const PlanArguments& arguments, const Json& document) {
  const auto plan = plan_file(document, arguments.rig);
  if (!plan) return report(plan.error());
  if (arguments.json) fmt::print("{}\n", plan->json().dump(2, ' ', false, Json::error_handler_t::replace));
  if (!plan->fits()) return report(over_budget(arguments.rig, *plan));
  if (!arguments.json) fmt::print("{}", plan->table());
  return exit_done;
}

// Relative paths of a rig are relative to its folder, so a copy that lies elsewhere has full ones.
Result<Json> moved(const Json& document, const fs::path& rig, const fs::path& output) {
  std::error_code ignored;
  const auto from = fs::absolute(rig, ignored);
  if (fs::weakly_canonical(from.parent_path(), ignored) ==
      fs::weakly_canonical(fs::absolute(output, ignored).parent_path(), ignored))
    return document;
  const auto parsed = load_rig(document, from, false);
  if (!parsed) return unexpected(parsed.error());
  return to_json(*parsed);
}

Result<void> write_new(const fs::path& output, const Json& document) {
  std::error_code ignored;
  if (fs::exists(output, ignored))
    return misuse(fmt::format("{}: exists and is never overwritten; give -o another name", output.string()));
  return replace_text(system_files(), output, document.dump(2) + "\n");
}

int fit(const PlanArguments& arguments, const Json& document) {
  const auto fitted = fit_rig(document, arguments.rig);
  if (!fitted) return report(fitted.error());
  if (arguments.output.empty()) {
    fmt::print("{}\n", fitted->dump(2));
    return exit_done;
  }
  const auto copy = moved(*fitted, arguments.rig, arguments.output);
  if (!copy) return report(copy.error());
  const auto written = write_new(arguments.output, *copy);
  if (!written) return report(written.error());
  fmt::print("{}\n", arguments.output);
  return exit_done;
}

int plan(const PlanArguments& arguments) {
  const auto document = read_json(arguments.rig);
  if (!document) return report(document.error());
  return arguments.fit ? fit(arguments, *document) : show_plan(arguments, *document);
}

}  // namespace

void add_plan_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<PlanArguments>();
  auto* command =
      application.add_subcommand("plan", "Show what memory and disk a rig needs, before anything is recorded");
  command->add_option("RIG", arguments->rig, "The rig's JSON file")->required();
  auto* json = command->add_flag("--json", arguments->json, "Print the plan as JSON");
  auto* fit_flag = command->add_flag("--fit", arguments->fit,
                                     "Print a rig that fits its budget: fewer slots, then less backlog; the "
                                     "science stays as it is");
  fit_flag->excludes(json);
  command->add_option("-o,--output", arguments->output, "File for the rig of --fit; never overwritten")
      ->needs(fit_flag);
  command->footer(
      "A plan over the budget is refused (exit code 2) with a table of who needs how much.\n"
      "Examples:\n  tarsier plan rig.json\n  tarsier plan rig.json --fit -o smaller.json");
  command->callback([arguments, &job] { job = [arguments] { return plan(*arguments); }; });
}

}  // namespace tarsier
