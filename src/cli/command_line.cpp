#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <sstream>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "config/suggestion.hpp"

namespace tarsier {
namespace {

void add_commands(CLI::App& application, Job& job) {
  application.name("tarsier");
  application.description(
      "Tarsier watches animals through cameras and leaves HDF5 files in which every frame is accounted for.");
  application.footer(
      "`tarsier COMMAND --help` tells more of each command.\n"
      "Exit codes: 0 done, 1 failed, 2 wrong use.");
  application.set_version_flag("--version", "tarsier " TARSIER_VERSION);
  application.require_subcommand(1);
  add_run_command(application, job);
  add_reduce_command(application, job);
  add_plan_command(application, job);
  add_check_command(application, job);
  add_calibrate_command(application, job);
  add_schema_command(application, job);
  add_bench_command(application, job);
  add_verify_command(application, job);
  add_merge_command(application, job);
  add_export_command(application, job);
  add_recover_command(application, job);
  add_report_command(application, job);
  add_status_command(application, job);
  add_watch_command(application, job);
  add_discover_command(application, job);
  add_config_command(application, job);
  add_steering_commands(application, job);
  add_pull_command(application, job);
  add_token_command(application, job);
  add_cert_command(application, job);
}

Invocation refusal(const std::string& message) { return {{}, fmt::format("tarsier: {}\n", message), exit_wrong_use}; }

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const auto nearest = suggestion(word, known);
  return nearest ? fmt::format("; did you mean {}?", *nearest) : "";
}

std::vector<std::string> command_names(const CLI::App& application) {
  std::vector<std::string> names;
  for (const auto* command : application.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const auto* option : command.get_options())
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// The words of the parser's library, and where to read more.
Invocation parse_refusal(const CLI::App& application, const CLI::ParseError& error,
                         const std::vector<std::string>& words) {
  const auto called = application.get_subcommands();
  const std::string place = called.empty() ? "tarsier" : "tarsier " + called.front()->get_name();
  std::string message = error.what();
  std::replace(message.begin(), message.end(), '\n', ' ');
  while (message.ends_with(' ')) message.pop_back();
  if (!called.empty() && error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)) {
    const auto options = option_names(*called.front());
    for (const auto& word : words) {
      const auto name = word.substr(0, word.find('='));
      const bool unknown = word.starts_with("--") && std::find(options.begin(), options.end(), name) == options.end();
      if (unknown && word != "--") message = fmt::format("there is no option {}{}", name, did_you_mean(name, options));
    }
  }
  return refusal(fmt::format("{}; `{} --help` shows how", message, place));
}

}  // namespace

Invocation understand(const std::vector<std::string>& words) {
  CLI::App application;
  Job job;
  add_commands(application, job);
  const auto names = command_names(application);
  if (words.empty())
    return refusal(fmt::format("a command is missing: {}; `tarsier --help` says what they do", joined(names)));
  const auto& first = words.front();
  if (!first.starts_with('-') && std::find(names.begin(), names.end(), first) == names.end())
    return refusal(
        fmt::format("there is no command {}{}; there are {}", first, did_you_mean(first, names), joined(names)));
  try {
    application.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return parse_refusal(application, error, words);
    std::ostringstream text;
    application.exit(error, text, text);
    const bool ended = text.str().ends_with('\n');
    return {{}, text.str() + (ended ? "" : "\n"), exit_done};
  }
  return {std::move(job), "", exit_done};
}

int run_command_line(const std::vector<std::string>& words) {
  try {
    const auto invocation = understand(words);
    if (invocation.job) return invocation.job();
    fmt::print(invocation.exit_code == exit_done ? stdout : stderr, "{}", invocation.text);
    return invocation.exit_code;
  } catch (const std::exception& error) {
    return report({fmt::format("stopped by a mistake of the program: {}", error.what())});
  }
}

}  // namespace tarsier
