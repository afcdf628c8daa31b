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

Result<Recorded> record(const Json& rig, const std::filesystem::path& place, EngineOptions options,
                        int progress_descriptor) {
  StopSignals signals;
  const auto engine = Engine::arm(rig, place, std::move(options));
  if (!engine) return unexpected(engine.error());
  signals.recording();
  ProgressLine line;
  const auto tell = [&](const Progress& progress) {
    if (progress_descriptor < 0) return line.show(progress);
    // What nobody reads in time is out of date anyway.
    (void)!::write(progress_descriptor, &progress, sizeof progress);
  };
  auto summary = (*engine)->run(signals.request(), tell);
  if (summary) tell((*engine)->progress());
  line.clear();
  if (!summary) return unexpected(std::move(summary.error()));
  return Recorded{std::move(*summary), (*engine)->progress(), signals.request().load()};
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
