#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/file_operations.hpp"
#include "cli/child_command.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/json_values.hpp"
#include "cli/record.hpp"
#include "cli/reduce_jobs.hpp"
#include "cli/reduce_pool.hpp"
#include "cli/summary.hpp"
#include "cli/text.hpp"
#include "config/parse.hpp"

namespace tarsier {
namespace {

struct ReduceArguments {
  std::vector<std::filesystem::path> inputs;
  std::filesystem::path rig;
  std::filesystem::path output;
  std::string dataset;
  std::string raw;
  double fps = 0;         // 0: not given
  double interval_s = 0;  // 0: not given
  std::size_t jobs = 0;   // 0: not given
  int progress_descriptor = -1;
  bool json = false;
};

Error naming(const ReduceJob& job, Error error) {
  const bool named = error.message.find(job.input.words.front().string()) != std::string::npos;
  return named ? error : std::move(error).within(job.title());
}

Result<ReplayOptions> replay_options(const ReduceArguments& arguments) {
  ReplayOptions options;
  options.dataset = arguments.dataset;
  if (!arguments.raw.empty()) {
    auto layout = raw_layout_from(arguments.raw);
    if (!layout) return unexpected(std::move(layout.error()));
    options.raw = *layout;
  }
  if (arguments.fps > 0) options.interval_s = 1 / arguments.fps;
  if (arguments.interval_s > 0) options.interval_s = arguments.interval_s;
  return options;
}

int reduce_one(const ReduceArguments& arguments, const Json& document, const ReduceJob& job) {
  const auto recorded = reduce(document, arguments.rig, {job.input.input, job.output}, arguments.progress_descriptor);
  if (!recorded) return report(naming(job, recorded.error()));
  print_summary(*recorded, arguments.json);
  auto reasons = what_went_wrong(recorded->summary);
  if (recorded->asked != StopRequest::none)
    reasons.push_back(fmt::format("stopped before its end; {} holds what came until then", job.output.string()));
  for (const auto& reason : reasons) report(naming(job, {reason}));
  return reasons.empty() ? exit_done : exit_failed;
}

std::vector<std::string> words_for(const ReduceArguments& arguments, const ReduceJob& job) {
  std::vector<std::string> words = {"reduce", "--rig=" + arguments.rig.string(), "--output=" + job.output.string()};
  if (arguments.json) words.emplace_back("--json");
  if (!arguments.dataset.empty()) words.push_back("--dataset=" + arguments.dataset);
  if (!arguments.raw.empty()) words.push_back("--raw=" + arguments.raw);
  if (job.input.input.options.interval_s)
    words.push_back(fmt::format("--interval={}", *job.input.input.options.interval_s));
  words.emplace_back("--");
  for (const auto& word : job.input.words) words.push_back(word.string());
  return words;
}

struct ReduceTally {
  std::size_t done = 0;
  std::size_t failed = 0;
  Json outcomes = Json::array();
};

void add_outcome(ReduceTally& tally, const ReduceJob& job, const ChildOutcome& outcome) {
  if (outcome.exit_code > 128)
    report({fmt::format("{}: a library was ended by signal {} while reading it; the file is damaged", job.title(),
                        outcome.exit_code - 128)});
  ++(outcome.exit_code == exit_done ? tally.done : tally.failed);
  auto facts = Json::parse(outcome.output, nullptr, false);
  tally.outcomes.push_back({{"input", job.title()},
                            {"output", job.output.string()},
                            {"exit_code", outcome.exit_code},
                            {"facts", facts.is_discarded() ? Json(nullptr) : std::move(facts)}});
}

int print_tally(const ReduceTally& tally, std::size_t jobs, bool json) {
  if (json) {
    const Json document = {{"done", tally.done}, {"failed", jobs - tally.done}, {"outcomes", tally.outcomes}};
    fmt::print("{}\n", document.dump(2, ' ', false, Json::error_handler_t::replace));
  } else {
    const auto left = jobs - tally.done - tally.failed;
    fmt::print("{} done, {} failed{}\n", tally.done, tally.failed, left > 0 ? fmt::format(", {} not begun", left) : "");
  }
  return tally.done == jobs ? exit_done : exit_failed;
}

Bytes budget_of(const Json& rig) {
  const auto mebibytes_asked = count_at(rig, "/memory/budget_mib");
  return mebibytes(mebibytes_asked > 0 ? mebibytes_asked : MemoryConfig{}.budget_mib);
}

void print_outcome(const ReduceJob& job, std::size_t number, std::size_t jobs, const ChildOutcome& outcome) {
  fmt::print("== {} ({} of {})\n{}", job.title(), number + 1, jobs, outcome.output);
  std::fflush(stdout);
}

int reduce_each(const ReduceArguments& arguments, const Json& document, const std::vector<ReduceJob>& jobs) {
  const StopSignals signals;
  ReduceTally tally;
  std::vector<PoolJob> pool;
  for (const auto& job : jobs) pool.push_back({job.title(), words_for(arguments, job)});
  const std::size_t at_once = jobs_at_once(arguments.jobs, std::max(std::thread::hardware_concurrency(), 1U),
                                           available_memory(), budget_of(document));
  const auto run = run_jobs(pool, at_once, signals, [&](std::size_t number, const ChildOutcome& outcome) {
    if (!arguments.json) print_outcome(jobs[number], number, jobs.size(), outcome);
    fmt::print(stderr, "{}", outcome.errors);
    add_outcome(tally, jobs[number], outcome);
  });
  if (!run) return report(run.error());
  return print_tally(tally, jobs.size(), arguments.json);
}

int reduce(const ReduceArguments& arguments) {
  const auto options = replay_options(arguments);
  if (!options) return report(options.error());
  auto inputs = group_inputs(arguments.inputs, *options);
  if (!inputs) return report(inputs.error());
  const auto jobs = reduce_jobs(std::move(*inputs), arguments.output);
  if (!jobs) return report(jobs.error());
  const auto document = read_json(arguments.rig);
  if (!document) return report(document.error());
  const bool into_folder = jobs->front().output != arguments.output;
  if (into_folder) {
    if (const auto made = make_directories(system_files(), arguments.output); !made) return report(made.error());
  }
  return jobs->size() == 1 ? reduce_one(arguments, *document, jobs->front()) : reduce_each(arguments, *document, *jobs);
}

}  // namespace

void add_reduce_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<ReduceArguments>();
  auto* command =
      application.add_subcommand("reduce", "Send recordings through a rig's processing, as fast as it goes");
  command->add_option("INPUT", arguments->inputs, "Videos, HDF5 recordings, image files or folders of images")
      ->required();
  command->add_option("--rig", arguments->rig, "The rig's JSON file; its source is not used and may be missing")
      ->required();
  command
      ->add_option("-o,--output", arguments->output,
                   "HDF5 file to make, or a folder for one file an input; never overwritten")
      ->required();
  command->add_option("--dataset", arguments->dataset, "The dataset of an HDF5 recording, or the group of its images");
  command->add_option("--raw", arguments->raw,
                      "The inputs are headerless: WIDTHxHEIGHT:FORMAT, such as 640x480:gray16");
  auto* fps = command->add_option("--fps", arguments->fps, "Frames a second, where an input does not say")
                  ->check(CLI::Range(1e-6, 1e6));
  command->add_option("--interval", arguments->interval_s, "Seconds from frame to frame, where an input does not say")
      ->check(CLI::Range(1e-6, 1e6))
      ->excludes(fps);
  command->add_option("--jobs", arguments->jobs, "How many inputs to reduce at once; as many as there are cores")
      ->check(CLI::Range(1, 1024));
  command->add_option(progress_option, arguments->progress_descriptor)->group("");
  command->add_flag("--json", arguments->json, "Print the facts as JSON instead of the summary");
  command->footer(
      "Several inputs want a folder; each is done in a process of its own, one that fails does not stop the others.\n"
      "A folder of images (PNG, TIFF, PGM) is one input, and so are files of one image each; a stack is one by "
      "itself.\n"
      "Examples:\n  tarsier reduce night.mp4 --rig rig.json -o night.h5\n"
      "  tarsier reduce *.mp4 --rig rig.json -o reduced/\n"
      "  tarsier reduce plate-7/ --interval 60 --rig rig.json -o plate-7.h5");
  command->callback([arguments, &job] { job = [arguments] { return reduce(*arguments); }; });
}

}  // namespace tarsier
