#include "report/report.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"

namespace tarsier {
namespace {

struct ReportArguments {
  ReportRequest request;
  bool json = false;
};

int show_report(const ReportArguments& arguments) {
  const auto outcome = make_report(system_files(), arguments.request);
  if (!outcome) return report(outcome.error());
  if (arguments.json)
    fmt::print("{}\n", outcome->facts.dump(2, ' ', false, Json::error_handler_t::replace));
  else
    fmt::print("{}\n{}\n", outcome->verdict, outcome->page.string());
  return exit_done;
}

}  // namespace

void add_report_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<ReportArguments>();
  auto& request = arguments->request;
  auto* command = application.add_subcommand("report", "Make one HTML page of a run or a file, for any browser");
  command->add_option("INPUT", request.input, "The folder of a run, or a sealed .h5 file")->required();
  command->add_option("-o,--output", request.output,
                      "The page; report.html in the run's folder, or FILE.html beside a file, when it is not given");
  command->add_option("--bin", request.bin_s, "Seconds that one point of activity stands for; chosen when not given")
      ->check(CLI::PositiveNumber);
  command->add_flag("--json", arguments->json, "Print the facts as JSON");
  command->footer(
      "The page shows the activity of each region over time and day by day, what the camera saw, and what is missing.\n"
      "It needs no network. A page that `report` made before is replaced, another file never.\n"
      "Examples:\n  tarsier report recordings/sleep_pi-left_20260101_000000\n"
      "  tarsier report mouse.h5 -o mouse.html --bin 10");
  command->callback([arguments, &job] { job = [arguments] { return show_report(*arguments); }; });
}

}  // namespace tarsier
