#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/file_operations.hpp"
#include "cli/child_command.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/record.hpp"
#include "cli/reduce_jobs.hpp"
#include "cli/summary.hpp"
#include "cli/text.hpp"
#include "config/parse.hpp"

namespace tarsier {
namespace {

struct ReduceArguments {
  std::vector<std::filesystem::path> inputs;
  std::filesystem::path rig;
  std::filesystem::path output;
  bool json = false;
};

Error naming(const std::filesystem::path& input, Error error) {
  const bool named = error.message.find(input.string()) != std::string::npos;
  return named ? error : std::move(error).within(input.string());
}

int reduce_one(const ReduceArguments& arguments, const Json& document, const ReduceJob& job) {
  EngineOptions options;
  options.input = job.input;
  options.output = job.output;
  options.serve = false;
  const auto recorded = record(document, arguments.rig, options);
  if (!recorded) return report(naming(job.input, recorded.error()));
  print_summary(*recorded, arguments.json);
  auto reasons = what_went_wrong(recorded->summary);
  if (recorded->asked != StopRequest::none)
    reasons.push_back(fmt::format("stopped before its end; {} holds what came until then", job.output.string()));
  for (const auto& reason : reasons) report(naming(job.input, {reason}));
  return reasons.empty() ? exit_done : exit_failed;
}

std::vector<std::string> words_for(const ReduceArguments& arguments, const ReduceJob& job) {
  std::vector<std::string> words = {"reduce", "--rig=" + arguments.rig.string(), "--output=" + job.output.string()};
  if (arguments.json) words.emplace_back("--json");
  words.insert(words.end(), {"--", job.input.string()});
  return words;
}

struct Tally {
  std::size_t done = 0;
  std::size_t failed = 0;
  Json outcomes = Json::array();
};

void add_outcome(Tally& tally, const ReduceJob& job, const ChildOutcome& outcome) {
  if (outcome.exit_code > 128)
    report({fmt::format("{}: a library was ended by signal {} while reading it; the file is damaged",
                        job.input.string(), outcome.exit_code - 128)});
  ++(outcome.exit_code == exit_done ? tally.done : tally.failed);
  auto facts = Json::parse(outcome.output, nullptr, false);
  tally.outcomes.push_back({{"input", job.input.string()},
                            {"output", job.output.string()},
                            {"exit_code", outcome.exit_code},
                            {"facts", facts.is_discarded() ? Json(nullptr) : std::move(facts)}});
}

int print_tally(const Tally& tally, std::size_t jobs, bool json) {
  if (json) {
    const Json document = {{"done", tally.done}, {"failed", jobs - tally.done}, {"outcomes", tally.outcomes}};
    fmt::print("{}\n", document.dump(2, ' ', false, Json::error_handler_t::replace));
  } else {
    const auto left = jobs - tally.done - tally.failed;
    fmt::print("{} done, {} failed{}\n", tally.done, tally.failed, left > 0 ? fmt::format(", {} not begun", left) : "");
  }
  return tally.done == jobs ? exit_done : exit_failed;
}

int reduce_each(const ReduceArguments& arguments, const std::vector<ReduceJob>& jobs) {
  const StopSignals signals;
  Tally tally;
  for (const auto& job : jobs) {
    if (signals.request().load() != StopRequest::none) break;
    if (!arguments.json)
      fmt::print("== {} ({} of {})\n", job.input.string(), tally.done + tally.failed + 1, jobs.size());
    std::fflush(stdout);
    const auto outcome = run_child(words_for(arguments, job), arguments.json, signals);
    if (!outcome) return report(outcome.error());
    add_outcome(tally, job, *outcome);
  }
  return print_tally(tally, jobs.size(), arguments.json);
}

int reduce(const ReduceArguments& arguments) {
  const auto jobs = reduce_jobs(arguments.inputs, arguments.output);
  if (!jobs) return report(jobs.error());
  const auto document = read_json(arguments.rig);
  if (!document) return report(document.error());
  const bool into_folder = jobs->front().output != arguments.output;
  if (into_folder) {
    if (const auto made = make_directories(system_files(), arguments.output); !made) return report(made.error());
  }
  return jobs->size() == 1 ? reduce_one(arguments, *document, jobs->front()) : reduce_each(arguments, *jobs);
}

}  // namespace

void add_reduce_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<ReduceArguments>();
  auto* command =
      application.add_subcommand("reduce", "Send recordings through a rig's processing, as fast as it goes");
  command->add_option("INPUT", arguments->inputs, "Videos or HDF5 recordings")->required();
  command->add_option("--rig", arguments->rig, "The rig's JSON file; its source is not used and may be missing")
      ->required();
  command
      ->add_option("-o,--output", arguments->output,
                   "HDF5 file to make, or a folder for one file an input; never overwritten")
      ->required();
  command->add_flag("--json", arguments->json, "Print the facts as JSON instead of the summary");
  command->footer(
      "Several inputs want a folder; each is done in a process of its own, one that fails does not stop the others.\n"
      "Examples:\n  tarsier reduce night.mp4 --rig rig.json -o night.h5\n"
      "  tarsier reduce *.mp4 --rig rig.json -o reduced/");
  command->callback([arguments, &job] { job = [arguments] { return reduce(*arguments); }; });
}

}  // namespace tarsier
