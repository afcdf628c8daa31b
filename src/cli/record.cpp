#include "cli/record.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "cli/progress_line.hpp"
#include "cli/summary.hpp"
#include "cli/terminal.hpp"
#include "daemon/stop_signals.hpp"

namespace tarsier {

Result<Recorded> record(const Json& rig, const std::filesystem::path& place, EngineOptions options) {
  StopSignals signals;
  const auto engine = Engine::arm(rig, place, std::move(options));
  if (!engine) return unexpected(engine.error());
  signals.recording();
  ProgressLine line;
  auto summary = (*engine)->run(signals.request(), [&line](const Progress& progress) { line.show(progress); });
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
