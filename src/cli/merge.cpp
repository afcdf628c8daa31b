#include "store/merge.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/bytes_progress.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/text.hpp"
#include "daemon/stop_signals.hpp"

namespace tarsier {
namespace {

struct MergeArguments {
  std::filesystem::path run;
  std::filesystem::path output;
  bool json = false;
};

int show_merge(const MergeArguments& arguments) {
  BytesProgressBar bar;
  const StopSignals signals;
  MergeRequest request{arguments.run, arguments.output, [&](const BytesProgress& p) {
                         bar.show(p.done, p.total);
                         return signals.request().load() == StopRequest::none;
                       }};
  const auto facts = merge(system_files(), request);
  bar.clear();
  if (!facts) return report(facts.error());
  if (arguments.json) {
    fmt::print("{}\n", facts->dump(2, ' ', false, Json::error_handler_t::replace));
    return exit_done;
  }
  for (const Json& file : (*facts)["files"]) {
    fmt::print("{}  {}, {}, {}\n", file["file"].get<std::string>(),
               counted(file["segments"].get<std::uint64_t>(), "segment"),
               counted(file["rows"].get<std::uint64_t>(), "row"),
               counted(file["frames"].get<std::uint64_t>(), "stored frame"));
  }
  return exit_done;
}

}  // namespace

void add_merge_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<MergeArguments>();
  auto* command = application.add_subcommand("merge", "Make one file for each camera of a run");
  command->add_option("RUN", arguments->run, "The folder of a run")->required();
  command->add_option("-o,--output", arguments->output, "The folder for the merged files; made when it is missing")
      ->required();
  command->add_flag("--json", arguments->json, "Print the facts as JSON");
  command->footer(
      "The files are named EXPERIMENT_CAMERA_START.h5 and have the layout of a segment, pairs across its seams "
      "included.\n"
      "Chunks of frames are compared with their hashes and copied as they are; those behind a segment whose last chunk "
      "is\n"
      "not full are coded again. Never overwrites, and changes nothing in the run's folder. Ctrl-C leaves nothing\n"
      "half-made.\n"
      "Example:\n  tarsier merge recordings/sleep_pi-left_20260101_000000 -o merged");
  command->callback([arguments, &job] { job = [arguments] { return show_merge(*arguments); }; });
}

}  // namespace tarsier
