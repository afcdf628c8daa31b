#include <memory>

#include "cli/commands.hpp"
#include "cli/config_jobs.hpp"

namespace tarsier {
namespace {

using Arguments = std::shared_ptr<ConfigArguments>;

struct Group {
  CLI::App& application;
  Job& job;
  Arguments arguments;
};

CLI::App& add(const Group& group, const char* name, const char* help, int (*work)(const ConfigArguments&)) {
  auto* command = group.application.add_subcommand(name, help);
  const auto& arguments = group.arguments;
  add_device_options(*command, arguments->device);
  command->callback([arguments, work, &job = group.job] { job = [arguments, work] { return work(*arguments); }; });
  return *command;
}

void add_json(CLI::App& command, ConfigArguments& arguments, const char* help) {
  command.add_flag("--json", arguments.json, help);
}

void add_reading(const Group& group) {
  auto& arguments = *group.arguments;
  auto& get = add(group, "get", "Print the rig, or one value of it", &get_config);
  get.add_option("PLACE", arguments.place, "Where: /cameras/0/slots or cameras.plate.slots; default: all of it");
  get.add_option("--generation", arguments.generation, "Of an earlier rig")->check(CLI::PositiveNumber);
  add_json(get, arguments, "Print a text as JSON too, with its quotes");
  get.footer("Example:\n  tarsier config get cameras.plate.source.fps");
  auto& history = add(group, "history", "List the generations of the rig", &show_history);
  add_json(history, arguments, "Print them as JSON");
}

void add_writing(const Group& group) {
  auto& arguments = *group.arguments;
  auto& set = add(group, "set", "Change one value of the rig", &set_config);
  set.add_option("PLACE", arguments.place, "Where: /cameras/0/slots or cameras.plate.slots")->required();
  set.add_option("VALUE", arguments.value, "JSON, or a text as it is; null takes the key away")->required();
  set.footer("Example:\n  tarsier config set cameras.plate.reduce.changed_threshold 12");
  auto& patch =
      add(group, "patch", "Change the rig by a merge patch (an object) or a JSON patch (a list)", &patch_config);
  patch.add_option("FILE", arguments.file, "The patch; -: standard input")->required();
  patch.footer("Example:\n  echo '{\"store\": {\"segment_s\": 600}}' | tarsier config patch -");
  for (auto* command : {&set, &patch}) {
    command->add_flag("--dry-run", arguments.dry_run, "Only say what would change");
    add_json(*command, arguments, "Print the device's answer");
  }
  auto& rollback = add(group, "rollback", "Take back an earlier rig", &roll_back);
  rollback.add_option("GENERATION", arguments.generation, "Which; default: the one before")->check(CLI::PositiveNumber);
  add_json(rollback, arguments, "Print the device's answer");
}

void add_files(const Group& group) {
  auto& arguments = *group.arguments;
  auto& edit = add(group, "edit", "Change the rig in your editor ($VISUAL or $EDITOR)", &edit_config);
  edit.add_flag("--yes", arguments.yes, "Apply without asking");
  edit.footer(
      "The device checks the text and says what would change before anything does. Leave the text empty to stop.");
  auto& validate = add(group, "validate", "Say what a rig would change, and what is wrong with it", &validate_config);
  validate.add_option("FILE", arguments.file, "A rig; -: standard input")->required();
  validate.add_flag("--patch", arguments.patch, "FILE is a patch of the rig");
  add_json(validate, arguments, "Print the device's answer");
}

}  // namespace

void add_config_command(CLI::App& application, Job& job) {
  auto* command = application.add_subcommand("config", "Read and change the rig of a device");
  command->require_subcommand(1);
  const Group group{*command, job, std::make_shared<ConfigArguments>()};
  add_reading(group);
  add_writing(group);
  add_files(group);
}

}  // namespace tarsier
