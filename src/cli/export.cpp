#include "report/export.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/bytes_progress.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"

namespace tarsier {
namespace {

struct ExportArguments {
  ExportRequest request;
  bool json = false;
};

int show_export(ExportArguments& arguments) {
  BytesProgressBar bar;
  arguments.request.progress = [&](std::uint64_t done, std::uint64_t total) { bar.show(done, total); };
  const auto facts = export_recording(system_files(), arguments.request);
  bar.clear();
  if (!facts) return report(facts.error());
  if (arguments.json) {
    fmt::print("{}\n", facts->dump(2, ' ', false, Json::error_handler_t::replace));
    return exit_done;
  }
  for (const Json& camera : (*facts)["cameras"]) {
    for (const Json& note : camera["notes"]) fmt::print("note: {}\n", note.get<std::string>());
  }
  for (const Json& file : (*facts)["files"]) fmt::print("{}\n", file.get<std::string>());
  return exit_done;
}

}  // namespace

void add_export_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<ExportArguments>();
  auto& request = arguments->request;
  auto* command =
      application.add_subcommand("export", "Write what was recorded as tables and arrays for other programs");
  command->add_option("INPUT", request.input, "The folder of a run, or a sealed or merged .h5 file")->required();
  command->add_option("-o,--output", request.output, "The folder for the new files; made when it is missing")
      ->required();
  command->add_flag("--csv", request.csv, "CAMERA_rows.csv and CAMERA_regions.csv: every row, every number");
  auto* tidy =
      command->add_flag("--tidy", request.tidy, "tidy.csv: a line a region and time bin, with labels, for R or pandas");
  command->add_flag("--npy", request.npy,
                    "CAMERA_frames.npy, _activity.npy, _utc_ns.npy for numpy; _regions.txt names the columns");
  command->add_flag("--napari-results", request.napari_results,
                    "CAMERA_results.h5, which napari-hdf5-activity loads without the images");
  command->add_option("--bin", request.bin_min, "Minutes of a bin of --tidy")->default_str("1")->needs(tidy);
  command
      ->add_option("--lights-on", request.lights_on,
                   "Local time HH:MM of lights on, for zeitgeber_h of --tidy; without it that column is NA")
      ->needs(tidy);
  command->add_flag("--json", arguments->json, "Print the facts as JSON");
  command->footer(
      "What was not measured is empty in --csv, NA in --tidy and NaN elsewhere, never 0. Local times are those of "
      "this\n"
      "computer (set TZ for another zone). Never overwrites.\n"
      "Examples:\n  tarsier export recordings/sleep_pi-left_20260101_000000 --tidy --bin 30 --lights-on 07:00 -o "
      "tables\n"
      "  tarsier export merged/sleep_plate-a_20260101_000000.h5 --napari-results -o results");
  command->callback([arguments, &job] { job = [arguments] { return show_export(*arguments); }; });
}

}  // namespace tarsier
