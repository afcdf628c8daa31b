#include "cli/record.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "cli/progress_line.hpp"
#include "cli/summary.hpp"
#include "cli/terminal.hpp"
#include "daemon/stop_signals.hpp"

namespace tarsier {

namespace {

// `work` is a Service or an Engine.
template <typename Work>
Result<Recorded> run_to_the_end(Work& work, StopSignals& signals, int progress_descriptor) {
  signals.recording();
  ProgressLine line;
  const auto tell = [&](const Progress& progress) {
    if (progress_descriptor < 0) return line.show(progress);
    // What nobody reads in time is out of date anyway.
    (void)!::write(progress_descriptor, &progress, sizeof progress);
  };
  auto summary = work.run(signals.request(), tell);
  if (summary) tell(work.progress());
  line.clear();
  if (!summary) return unexpected(std::move(summary.error()));
  return Recorded{std::move(*summary), work.progress(), signals.request().load()};
}

}  // namespace

Result<Recorded> record(const Json& rig, const std::filesystem::path& place, ServiceOptions options) {
  StopSignals signals;
  const auto service = Service::open(rig, place, options);
  if (!service) return unexpected(service.error());
  return run_to_the_end(**service, signals, -1);
}

Result<Recorded> reduce(const Json& rig, const std::filesystem::path& place, Reduction reduction,
                        int progress_descriptor) {
  StopSignals signals;
  const auto engine = Engine::arm_reduction(rig, place, std::move(reduction));
  if (!engine) return unexpected(engine.error());
  return run_to_the_end(**engine, signals, progress_descriptor);
}

void print_summary(const Recorded& recorded, bool json) {
  const auto& facts = recorded.summary.facts;
  BarStyle style;
  style.unicode = shows_utf8();
  fmt::print("{}", json ? facts.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"
                        : summary_text(facts, recorded.progress, style));
  std::fflush(stdout);
}

}  // namespace tarsier
