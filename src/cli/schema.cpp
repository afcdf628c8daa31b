#include <fmt/format.h>

#include <memory>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "config/parse.hpp"
#include "config/reference.hpp"

namespace tarsier {

void add_schema_command(CLI::App& application, Job& job) {
  auto* command = application.add_subcommand("schema", "Print the JSON Schema of a rig, with the installed pipelines");
  command->footer(
      "An editor that knows JSON Schema completes and checks a rig with it:\n  tarsier schema > schema.json");
  auto reference = std::make_shared<bool>(false);
  command->add_flag("--reference", *reference, "Print the reference for people instead (Markdown)");
  command->callback([&job, reference] {
    job = [reference] {
      fmt::print("{}", *reference ? rig_reference() : rig_schema().dump(2) + "\n");
      return exit_done;
    };
  });
}

}  // namespace tarsier
