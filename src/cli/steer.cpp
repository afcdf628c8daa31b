// `tarsier start`, `stop`, `rotate` and `mark`: the run of a device.
#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>

#include "base/harmless_text.hpp"
#include "cli/commands.hpp"
#include "cli/json_values.hpp"
#include "cli/text.hpp"
#include "cli/with_device.hpp"

namespace tarsier {
namespace {

struct SteerArguments {
  DeviceOptions device;
  double duration_s = -1;  // not given
  std::string text;
  bool json = false;
};

using Words = std::function<std::string(const Json& answer)>;

std::string run_of(const Json& answer) { return harmless_text(text_at(answer, "/run", "?")); }

int steer(const SteerArguments& arguments, const std::string& target, const Json& body, const Words& words) {
  return with_device(arguments.device, [&](Device& device) -> Result<void> {
    const auto answer = device.post(target, body);
    if (!answer) return unexpected(answer.error());
    if (arguments.json) {
      print_json(*answer);
    } else {
      fmt::print("{}\n", words(*answer));
    }
    return {};
  });
}

int start(const SteerArguments& arguments) {
  const Json body = arguments.duration_s < 0 ? Json::object() : Json{{"duration_s", arguments.duration_s}};
  return steer(arguments, "/v1/runs", body, [](const Json& answer) { return "recording " + run_of(answer); });
}

int stop(const SteerArguments& arguments) {
  return steer(arguments, "/v1/runs/current/stop", Json::object(),
               [](const Json& answer) { return fmt::format("{} is over, its files are sealed", run_of(answer)); });
}

int rotate(const SteerArguments& arguments) {
  return steer(arguments, "/v1/runs/current/rotate", Json::object(), [](const Json& answer) {
    return fmt::format("sealed {} of {}; the run goes on", counted(count_at(answer, "/sealed"), "file"),
                       run_of(answer));
  });
}

int mark(const SteerArguments& arguments) {
  return steer(arguments, "/v1/runs/current/marks", Json{{"text", arguments.text}},
               [](const Json& answer) { return fmt::format("noted in {}", run_of(answer)); });
}

CLI::App* add_steering(CLI::App& application, Job& job, const std::shared_ptr<SteerArguments>& arguments,
                       const char* name, const char* help, int (*work)(const SteerArguments&)) {
  auto* command = application.add_subcommand(name, help);
  add_device_options(*command, arguments->device);
  command->add_flag("--json", arguments->json, "Print the device's answer");
  command->callback([arguments, work, &job] { job = [arguments, work] { return work(*arguments); }; });
  return command;
}

}  // namespace

void add_steering_commands(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<SteerArguments>();
  auto* begin = add_steering(application, job, arguments, "start", "Begin a run on a device", &start);
  begin
      ->add_option("--duration", arguments->duration_s,
                   "How long, in seconds or as 30min, 12h, 14d; 0: until it is stopped; default: the rig's")
      ->transform(CLI::AsNumberWithUnit(std::map<std::string, double>{{"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}},
                                        CLI::AsNumberWithUnit::DEFAULT, "TIME"))
      ->check(CLI::NonNegativeNumber);
  begin->footer("Example:\n  tarsier start --at incubator3 --duration 14d");
  add_steering(application, job, arguments, "stop", "End the run of a device and seal its files", &stop)
      ->footer("Example:\n  tarsier stop --at incubator3");
  add_steering(application, job, arguments, "rotate", "Seal the open files of a run, so that they can be pulled",
               &rotate)
      ->footer("Example:\n  tarsier rotate --at incubator3 && tarsier pull incubator3");
  auto* remark = add_steering(application, job, arguments, "mark", "Write a remark into the files of a run", &mark);
  remark->add_option("TEXT", arguments->text, "At most 63 bytes")->required();
  remark->footer("Example:\n  tarsier mark --at incubator3 \"lights off\"");
}

}  // namespace tarsier
