#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "cli/bench_text.hpp"
#include "cli/commands.hpp"
#include "cli/disk_probe.hpp"
#include "cli/exit_code.hpp"
#include "daemon/stop_signals.hpp"

namespace tarsier {
namespace {

struct BenchArguments {
  std::filesystem::path directory = ".";
  std::string camera = "1224x1024@10";
  double seconds = 15;
  bool json = false;
};

int bench(const BenchArguments& arguments) {
  const auto camera = camera_kind(arguments.camera);
  if (!camera) return report(camera.error());
  const StopSignals signals;
  auto probe = DiskProbe::create(system_files(), arguments.directory);
  if (!probe) return report(probe.error());
  if (!arguments.json)
    fmt::print(stderr, "measuring memory, kernels, codecs and disk for about {:g} s\n", arguments.seconds);
  const auto speed = measure_machine(*probe, Seconds(arguments.seconds),
                                     [&] { return signals.request().load() != StopRequest::none; });
  if (!speed) return report(speed.error());
  if (arguments.json) {
    fmt::print("{}\n", bench_json(*speed, *camera).dump(2, ' ', false, Json::error_handler_t::replace));
  } else {
    fmt::print("{}", bench_text(*speed, *camera));
  }
  return exit_done;
}

}  // namespace

void add_bench_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<BenchArguments>();
  auto* command = application.add_subcommand("bench",
                                             "Measure this machine: how many cameras it carries, which keys "
                                             "suit it");
  command->add_option("--directory", arguments->directory, "Folder on the disk that recordings will go to")
      ->capture_default_str();
  command->add_option("--seconds", arguments->seconds, "About how long to measure")
      ->check(CLI::Range(0.5, 3600.0))
      ->capture_default_str();
  command->add_option("--camera", arguments->camera, "The kind of camera that keys are proposed for, as stored")
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "Print the facts as JSON");
  command->footer(
      "Writes at most 256 MiB at a time into a file without a name, which is gone when the command ends, however it "
      "ends.\nNothing else should run meanwhile.\n"
      "Examples:\n  tarsier bench --directory /var/lib/tarsier\n  tarsier bench --camera 1920x1080@30");
  command->callback([arguments, &job] { job = [arguments] { return bench(*arguments); }; });
}

}  // namespace tarsier
