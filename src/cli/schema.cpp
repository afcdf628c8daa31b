#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "config/parse.hpp"

namespace tarsier {

void add_schema_command(CLI::App& application, Job& job) {
  auto* command = application.add_subcommand("schema", "Print the JSON Schema of a rig, with the installed pipelines");
  command->footer(
      "An editor that knows JSON Schema completes and checks a rig with it:\n  tarsier schema > schema.json");
  command->callback([&job] {
    job = [] {
      fmt::print("{}\n", rig_schema().dump(2));
      return exit_done;
    };
  });
}

}  // namespace tarsier
