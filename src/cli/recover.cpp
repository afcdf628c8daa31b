#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "cli/bytes_progress.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/text.hpp"
#include "daemon/stop_signals.hpp"
#include "store/run_recovery.hpp"

namespace tarsier {
namespace {

struct RecoverArguments {
  std::filesystem::path place;
  bool dry_run = false;
  bool json = false;
};

std::string outcome_text(const RecoveredSegment& segment, const TornPlace& place, bool dry_run) {
  const auto file = place.files.final_name.string();
  switch (segment.end) {
    case RecoveryEnd::empty:
      return fmt::format("{}: nothing in it was safe yet; {}", place.files.part.string(),
                         dry_run ? "would be deleted" : "deleted");
    case RecoveryEnd::sealed_already:
      return fmt::format("{}: is whole; {}", file, dry_run ? "its leftovers would be deleted" : "leftovers deleted");
    case RecoveryEnd::stopped: return file + ": stopped; nothing has changed";
    case RecoveryEnd::recovered: break;
  }
  std::string text =
      fmt::format("{}: {}, {}", file, counted(segment.summary.rows, "row"), counted(segment.summary.frames, "frame"));
  if (segment.unacknowledged_frames > 0) {
    text += fmt::format("; {} without row left out", counted(segment.unacknowledged_frames, "frame"));
  }
  if (segment.lost_frames > 0) {
    text += fmt::format("; {} damaged and lost, their rows are there", counted(segment.lost_frames, "frame"));
  }
  if (segment.lost_images > 0) text += fmt::format("; {} damaged and lost", counted(segment.lost_images, "projection"));
  return text + (dry_run ? " (would be recovered)" : "");
}

struct Tally {
  std::size_t done = 0;
  std::size_t failed = 0;
  bool stopped = false;
  Json outcomes = Json::array();
};

void recover_one(const TornPlace& place, const RecoverArguments& arguments, const StopSignals& signals, Tally& tally) {
  BytesProgressBar bar;
  RecoveryOptions options;
  options.dry_run = arguments.dry_run;
  options.read_ahead = true;
  options.tick = [&](const RecoveryProgress& progress) {
    bar.show(progress.done_bytes, progress.total_bytes);
    return signals.request().load() == StopRequest::none;
  };
  const auto segment = recover_place(system_files(), place, options);
  bar.clear();
  if (!segment) {
    ++tally.failed;
    tally.outcomes.push_back({{"file", place.files.part.string()}, {"error", segment.error().message}});
    report(segment.error());
    return;
  }
  tally.stopped = segment->end == RecoveryEnd::stopped;
  tally.done += tally.stopped ? 0 : 1;
  tally.outcomes.push_back(to_json(*segment, place));
  if (!arguments.json) fmt::print("{}\n", outcome_text(*segment, place, arguments.dry_run));
  std::fflush(stdout);
}

int recover(const RecoverArguments& arguments) {
  const StopSignals signals;
  const auto places = find_torn_places(system_files(), arguments.place);
  if (!places) return report(places.error());
  Tally tally;
  if (!arguments.dry_run) remove_unbegun(system_files(), *places);
  for (const Error& error : places->errors) {
    ++tally.failed;
    tally.outcomes.push_back({{"error", error.message}});
    report(error);
  }
  for (const TornPlace& place : places->torn) {
    if (!tally.stopped) recover_one(place, arguments, signals, tally);
  }
  if (arguments.json) {
    const Json document = {{"dry_run", arguments.dry_run},
                           {"recovered", tally.done},
                           {"failed", tally.failed},
                           {"segments", std::move(tally.outcomes)}};
    fmt::print("{}\n", document.dump(2, ' ', false, Json::error_handler_t::replace));
  } else if (places->torn.empty() && places->errors.empty()) {
    fmt::print("{}: nothing is torn here or up to two folders below\n", arguments.place.string());
  }
  return tally.failed == 0 && !tally.stopped ? exit_done : exit_failed;
}

}  // namespace

void add_recover_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<RecoverArguments>();
  auto* command = application.add_subcommand("recover", "Make files whole that a crash or a power cut left half-made");
  command->add_option("PLACE", arguments->place, "A store, a run's or a camera's folder, or one .part file or .journal")
      ->required();
  command->add_flag("--dry-run", arguments->dry_run, "Only say what would be done");
  command->add_flag("--json", arguments->json, "Print the facts as JSON");
  command->footer(
      "tarsierd and `tarsier run` recover by themselves when they start; this is for files that were copied away, for\n"
      "outputs of `tarsier reduce`, and for a look. What was safe on the disk comes back: rows, frames, gaps, events.\n"
      "The .part and .journal are deleted only when the file made from them is sealed. Stop it when you like.\n"
      "Examples:\n  tarsier recover /var/lib/tarsier --dry-run\n  tarsier recover sleep_pi-left_20260101_000000\n"
      "  tarsier recover night.h5.part");
  command->callback([arguments, &job] { job = [arguments] { return recover(*arguments); }; });
}

}  // namespace tarsier
