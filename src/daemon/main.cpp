// tarsierd: one rig as a service.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/heap.hpp"
#include "base/log.hpp"
#include "config/parse.hpp"
#include "daemon/recovery_beside.hpp"
#include "daemon/service.hpp"
#include "daemon/stop_signals.hpp"

namespace {

using namespace tarsier;

constexpr std::string_view usage =
    "tarsierd RIG\n"
    "\n"
    "Records the rig of the file RIG (JSON) as a service: goes on with the run that was interrupted, else begins one.\n"
    "When a run is over it stays idle and answers; POST /v1/runs begins another, and so does a changed RIG at the\n"
    "next start.\n"
    "SIGTERM seals every file and ends it with exit code 0; the next start goes on with the run.\n"
    "\n"
    "  --help     this\n"
    "  --version  version\n"
    "\n"
    "`tarsier run RIG` is the same in the foreground; `tarsier status` asks a running one.\n";

int fail(const Error& error) {
  log(Severity::error, error.message);
  return error.wrong_use ? 2 : 1;
}

int serve(const std::string& rig) {
  StopSignals signals;
  const auto document = read_json(rig);
  if (!document) return fail(document.error());
  ServiceOptions options;
  options.lives_on = true;
  const auto service = Service::open(*document, rig, options);
  if (!service) return fail(service.error());
  signals.recording();
  const auto summary = (*service)->run(signals.request(), [](const Progress&) {});
  if (!summary) return fail(summary.error());
  return summary->fault ? fail({*summary->fault}) : 0;
}

}  // namespace

int main(int count, char** arguments) {
  settle_heap();
  if (const auto code = recovery_child_main(count, arguments)) return *code;
  std::signal(SIGPIPE, SIG_IGN);  // a client that goes away must not end a recording
  const std::string_view argument = count == 2 ? arguments[1] : "";
  if (argument == "--help" || argument == "-h") return std::fputs(usage.data(), stdout) < 0 ? 1 : 0;
  if (argument == "--version") return std::puts("tarsierd " TARSIER_VERSION) < 0 ? 1 : 0;
  if (!argument.empty() && argument.front() != '-') return serve(std::string(argument));
  fmt::print(stderr, "tarsier: tarsierd wants one argument, the rig's file; `tarsierd --help` says more\n");
  return 2;
}
