#include "client/pull.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <list>
#include <memory>
#include <optional>
#include <thread>

#include "base/harmless_text.hpp"
#include "cli/bytes_progress.hpp"
#include "cli/commands.hpp"
#include "cli/device_options.hpp"
#include "cli/exit_code.hpp"
#include "cli/json_values.hpp"
#include "cli/pull_display.hpp"
#include "cli/pull_merge.hpp"
#include "cli/text.hpp"
#include "client/discovery.hpp"
#include "client/known_hosts.hpp"
#include "daemon/stop_signals.hpp"

namespace tarsier {
namespace {

struct PullArguments {
  std::vector<std::string> hosts;
  bool all = false;
  bool discovered = false;
  DeviceOptions access;  // `at` is not used
  PullRequest request{{}, "", "."};
  std::uint64_t patience_s = 120;
  bool segments = false;
  bool delete_after = false;
  bool json = false;
};

// One device, from its address to what came of it.
struct HostPull {
  std::string host;
  PullRequest request;
  PullMeter meter{};
  std::optional<Result<PullOutcome>> outcome{};
  std::atomic<bool> ended{false};
  Json merged = Json::array();
  bool deleted = false;
  std::optional<Error> error{};
};

constexpr std::chrono::seconds discovery_time{3};

// Of those that announce themselves only the known: a token is told to nobody else.
Result<std::vector<std::string>> discovered_hosts(const KnownHosts& known) {
  const auto devices = discover(discovery_time);
  if (!devices) return unexpected(devices.error());
  std::vector<std::string> names;
  for (const FoundDevice& device : *devices) {
    if (const KnownHost* host = known.find(device)) names.push_back(host->name);
  }
  if (!names.empty()) return names;
  return failure(fmt::format("of the devices of {} none announces itself here now ({} others do: `tarsier discover`)",
                             known_hosts_file().string(), devices->size()));
}

Result<std::vector<std::string>> hosts_of(const PullArguments& arguments) {
  if (!arguments.all && !arguments.discovered) {
    if (arguments.hosts.empty()) return misuse("name a device, or all of hosts.json with --all");
    if (arguments.hosts.size() > 1 && !arguments.request.run.empty())
      return misuse("--run: a run is of one device; name that alone");
    return arguments.hosts;
  }
  if (!arguments.hosts.empty() || !arguments.request.run.empty())
    return misuse("--all and --discovered take the devices of hosts.json; leave out the names and --run");
  const auto known = KnownHosts::read(system_files(), known_hosts_file());
  if (!known) return unexpected(known.error());
  if (known->all().empty()) return misuse(known_hosts_file().string() + ": knows no device yet; name one");
  if (arguments.discovered) return discovered_hosts(*known);
  std::vector<std::string> names;
  for (const KnownHost& host : known->all()) names.push_back(host.name);
  return names;
}

Result<void> add_pulls(const PullArguments& arguments, const StopSignals& signals, std::list<HostPull>& pulls) {
  const auto hosts = hosts_of(arguments);
  if (!hosts) return unexpected(hosts.error());
  for (const std::string& host : *hosts) {
    DeviceOptions options = arguments.access;
    options.at = host;
    auto access = access_of(options);
    if (!access) return unexpected(std::move(access.error()).within(host));
    HostPull& pull = pulls.emplace_back();
    pull.host = host;
    pull.request = arguments.request;
    pull.request.access = std::move(*access);
    pull.request.patience = std::chrono::seconds(arguments.patience_s);
    pull.request.look_again = arguments.delete_after;
    pull.request.wanted = [&signals] { return signals.request().load() == StopRequest::none; };
  }
  return {};
}

// All devices at once, with their bars, until each has ended.
void pull_all(std::list<HostPull>& pulls) {
  std::vector<std::string> titles;
  std::vector<const PullMeter*> meters;
  std::vector<std::thread> threads;
  for (HostPull& one : pulls) {
    titles.push_back(one.host);
    meters.push_back(&one.meter);
    threads.emplace_back([&one] {
      one.outcome.emplace(pull(system_files(), one.request, one.meter));
      one.ended = true;
    });
  }
  PullDisplay display;
  while (!std::all_of(pulls.begin(), pulls.end(), [](const HostPull& one) { return one.ended.load(); })) {
    display.show(titles, meters);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  for (std::thread& thread : threads) thread.join();
}

// What can be done with a run that is over and whole: one file for each camera, then no copy on the device.
Result<void> complete(const PullArguments& arguments, HostPull& one) {
  PullOutcome& outcome = **one.outcome;
  if (outcome.run.current) {
    outcome.notes.emplace_back("the run goes on; pull again when it has ended, or use --follow");
    if (arguments.delete_after) return failure("a run that is being recorded is not deleted");
    return {};
  }
  if (outcome.open > 0)
    return failure(
        fmt::format("{} of the run cannot be pulled yet, for lack of a seal or a checksum: the device may "
                    "still be recovering it; pull again later",
                    counted(outcome.open, "segment")));
  if (!arguments.segments) {
    BytesProgressBar bar;
    auto merged = merge_pulled(system_files(), outcome.folder, outcome.run, arguments.delete_after,
                               [&](const BytesProgress& progress) {
                                 bar.show(progress.done, progress.total);
                                 return one.request.wanted();
                               });
    if (!merged) return unexpected(std::move(merged.error()));
    one.merged = std::move(*merged);
  }
  if (!arguments.delete_after) return {};
  Device device(one.request.access);
  const auto deleted = device.remove("/v1/runs/" + path_segment(outcome.run.name));
  if (!deleted) return unexpected(deleted.error());
  one.deleted = true;
  return {};
}

void finish(const PullArguments& arguments, HostPull& one) {
  if (!*one.outcome) {
    one.error = std::move(one.outcome->error());
    if (!one.request.wanted())
      one.error = Error{"stopped; what has come is kept, and the next pull goes on from there"};
  } else if (auto done = complete(arguments, one); !done) {
    one.error = std::move(done.error());
  }
}

Json facts_of(const HostPull& one) {
  Json facts = {{"host", one.host}};
  if (*one.outcome) {
    const PullOutcome& outcome = **one.outcome;
    facts.update(Json{{"run", outcome.run.name},
                      {"folder", outcome.folder.path().string()},
                      {"current", outcome.run.current},
                      {"files", outcome.files},
                      {"bytes", outcome.bytes},
                      {"there", outcome.there},
                      {"open", outcome.open},
                      {"noted", outcome.noted},
                      {"notes", outcome.notes}});
  }
  facts["cuts"] = one.meter.cuts.load();
  facts["merged"] = one.merged;
  facts["deleted"] = one.deleted;
  facts["error"] = one.error ? Json(one.error->message) : Json(nullptr);
  return facts;
}

void print_facts(const HostPull& one) {
  if (!*one.outcome) return;
  const PullOutcome& outcome = **one.outcome;
  fmt::print("{}  {}: {} pulled ({}), {} there before{}\n", one.host, outcome.folder.path().string(),
             counted(outcome.files, "file"), disk_text({outcome.bytes}), outcome.there,
             outcome.open > 0 ? fmt::format(", {} not sealed yet", outcome.open) : "");
  for (const Json& file : one.merged) {
    fmt::print("  {}  {}, {}, {}\n", harmless_text(file["file"].get<std::string>()),
               counted(file["segments"].get<std::uint64_t>(), "segment"),
               counted(file["rows"].get<std::uint64_t>(), "row"),
               counted(file["frames"].get<std::uint64_t>(), "stored frame"));
  }
  if (one.deleted) fmt::print("  deleted on the device\n");
  for (const std::string& note : outcome.notes) fmt::print("  note: {}\n", note);
}

int show_pull(const PullArguments& arguments) {
  const StopSignals signals;
  std::list<HostPull> pulls;
  if (auto added = add_pulls(arguments, signals, pulls); !added) return report(added.error());
  pull_all(pulls);
  int code = exit_done;
  Json facts = Json::array();
  for (HostPull& one : pulls) {
    finish(arguments, one);
    facts.push_back(facts_of(one));
    if (!arguments.json) print_facts(one);
    if (one.error) code = std::max(code, report(pulls.size() == 1 ? *one.error : Error(*one.error).within(one.host)));
  }
  if (arguments.json) print_json({{"hosts", facts}});
  return code;
}

void add_options(CLI::App& command, PullArguments& arguments) {
  PullRequest& request = arguments.request;
  command.add_option("HOST", arguments.hosts, "Devices: names of hosts.json, HOST:PORT or URLs");
  auto* all = command.add_flag("--all", arguments.all, "Every device of hosts.json");
  command
      .add_flag("--discovered", arguments.discovered,
                "Every device of hosts.json that announces itself in the local network now")
      ->excludes(all);
  command.add_option("--run", request.run, "Which run of the one device; default: its newest");
  command.add_option("-o,--output", request.directory, "The folder in which the run's folder is made")
      ->capture_default_str();
  command.add_flag("--follow", request.follow, "Go on pulling what is sealed until the run has ended");
  command.add_flag("--rotate", request.rotate, "First seal what is being written, so that it is pulled too");
  command.add_flag("--segments", arguments.segments, "Keep the segments apart instead of one file for each camera");
  command.add_flag("--delete-after", arguments.delete_after,
                   "Delete the run on the device once all of it is here and verified");
  command.add_option("--parallel", request.at_once, "Files at once, from each device")
      ->check(CLI::Range(1, 16))
      ->capture_default_str();
  command.add_option("--patience", arguments.patience_s, "Seconds without a byte after which a device is given up")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  add_access_options(command, arguments.access);
  command.add_flag("--json", arguments.json, "Print the facts as JSON");
}

}  // namespace

void add_pull_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<PullArguments>();
  auto* command = application.add_subcommand("pull", "Fetch the files of a run from devices, check and merge them");
  add_options(*command, *arguments);
  command->footer(
      "Each file comes into DIR/RUN, is compared with the SHA-256 in the device's run.json, and only then gets its "
      "name;\n"
      "the device is told, so that it may make room. A connection that is cut is tried again; after Ctrl-C or a "
      "failure\n"
      "the next pull goes on where this one was.\n"
      "When the run has ended its segments become one file for each camera, EXPERIMENT_CAMERA_START.h5, which is "
      "verified;\n"
      "then the segments and run.json are deleted here and pulled.json says what was in them. --segments leaves the\n"
      "folder as on the device. What is there already is not fetched again.\n"
      "Examples:\n"
      "  tarsier pull 127.0.0.1\n"
      "  tarsier pull incubator3 --run sleep_pi-left_20260101_000000 -o recordings\n"
      "  tarsier pull incubator3 incubator4 --follow\n"
      "  tarsier pull --all --delete-after");
  command->callback([arguments, &job] { job = [arguments] { return show_pull(*arguments); }; });
}

}  // namespace tarsier
