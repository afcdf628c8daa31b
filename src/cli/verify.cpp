#include "store/verify.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/bytes_progress.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/text.hpp"

namespace tarsier {
namespace {

struct VerifyArguments {
  std::filesystem::path input;
  bool json = false;
};

std::string range_text(const Json& first, const Json& last) {
  return first == last ? first.dump() : fmt::format("{} to {}", first.dump(), last.dump());
}

void print_bad(const Json& bad) {
  const bool frames = bad["dataset"] == "/frames";
  const bool one = bad["first"] == bad["last"];
  const std::string what = frames ? (one ? "frame" : "frames")
                                  : fmt::format("{} {}", bad["dataset"].get<std::string>(), one ? "image" : "images");
  std::string ids;
  if (!bad["first_id"].is_null()) {
    ids = fmt::format(" ({} {})", one ? "id" : "ids", range_text(bad["first_id"], bad["last_id"]));
  }
  fmt::print("     {} {}{}: {}\n", what, range_text(bad["first"], bad["last"]), ids, bad["reason"].get<std::string>());
}

void print_file(const Json& file) {
  fmt::print("{}  {}", file["ok"].get<bool>() ? "ok " : "BAD", file["file"].get<std::string>());
  if (file.contains("rows")) {
    fmt::print("  {}, {}, {}", counted(file["rows"].get<std::uint64_t>(), "row"),
               counted(file.value("frames", std::uint64_t{0}), "stored frame"),
               counted(file.value("chunks", std::uint64_t{0}), "chunk"));
  }
  fmt::print("  sha-256 {}\n", file["sha256"].get<std::string>());
  for (const Json& fault : file["faults"]) fmt::print("     {}\n", fault.get<std::string>());
  for (const Json& bad : file["bad"]) print_bad(bad);
}

void print_outcome(const VerifyOutcome& outcome) {
  std::size_t bad = 0;
  for (const Json& file : outcome.facts["files"]) {
    print_file(file);
    if (!file["ok"].get<bool>()) ++bad;
  }
  for (const Json& fault : outcome.facts["faults"]) fmt::print("BAD  {}\n", fault.get<std::string>());
  for (const Json& note : outcome.facts["notes"]) fmt::print("note {}\n", note.get<std::string>());
  const auto files = outcome.facts["files"].size();
  fmt::print("{}: {} looked at, {} bad, {} of the run\n",
             outcome.whole ? "All is as it was sealed" : "Something is wrong", counted(files, "file"), bad,
             counted(outcome.facts["faults"].size(), "fault"));
}

int show_verify(const VerifyArguments& arguments) {
  BytesProgressBar bar;
  VerifyRequest request{arguments.input, [&](const BytesProgress& p) { bar.show(p.done, p.total); }};
  const auto outcome = verify(system_files(), request);
  bar.clear();
  if (!outcome) return report(outcome.error());
  if (arguments.json) {
    fmt::print("{}\n", outcome->facts.dump(2, ' ', false, Json::error_handler_t::replace));
  } else {
    print_outcome(*outcome);
  }
  return outcome->whole ? exit_done : exit_failed;
}

}  // namespace

void add_verify_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<VerifyArguments>();
  auto* command = application.add_subcommand("verify", "Check that a run or a file is still what was sealed");
  command->add_option("INPUT", arguments->input, "The folder of a run, or a sealed .h5 file")->required();
  command->add_flag("--json", arguments->json, "Print the facts as JSON");
  command->footer(
      "Compares every chunk of frames and every table with the hashes that were made when they were written, and "
      "whole\n"
      "files with the SHA-256 in run.json. Says which frames are bad. Changes nothing.\n"
      "Exit code 1 when anything is wrong. Examples:\n"
      "  tarsier verify recordings/sleep_pi-left_20260101_000000\n"
      "  tarsier verify sleep_plate-a_20260101_000000_000003.h5 --json");
  command->callback([arguments, &job] { job = [arguments] { return show_verify(*arguments); }; });
}

}  // namespace tarsier
