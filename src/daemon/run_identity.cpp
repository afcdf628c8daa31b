#include "daemon/run_identity.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/log.hpp"

namespace tarsier {
namespace {

std::optional<std::int64_t> planned_end(std::int64_t started_ns, std::optional<double> duration_s) {
  if (!duration_s) return std::nullopt;
  return started_ns + std::llround(*duration_s * 1e9);
}

// A service goes on with what it recorded, whatever its rig says meanwhile; a person who names another rig is asked.
Result<RunIdentity> continue_run(const RunState& state, Intent intent, const Json& document, bool service,
                                 bool duration_given) {
  auto stored = state.config(intent.generation);
  if (!stored) return unexpected(std::move(stored.error()).within("continue run " + intent.run));
  const bool same = *stored == document;
  if (!same && !service) {
    return misuse(
        fmt::format("run {} was interrupted here and this is another rig; go on with the rig that it began with "
                    "(state/config-{}.json holds a copy) and end it with Ctrl-C, or choose another "
                    "store.directory",
                    intent.run, intent.generation));
  }
  const std::string end =
      intent.until_utc_ns ? "its planned end, " + iso_utc(Nanoseconds(*intent.until_utc_ns)) : "it is stopped";
  log(Severity::notice,
      fmt::format("run {} was interrupted and goes on until {}, with generation {} of its rig{}{}", intent.run, end,
                  intent.generation, same ? "" : "; the rig given differs and is not used until it is over",
                  duration_given ? "; --duration is for a new run and has no effect" : ""));
  return RunIdentity{std::move(intent), std::move(*stored), true, false};
}

}  // namespace

Result<RunIdentity> identify_run(const RunState& state, const Rig& rig, const Json& document, bool service,
                                 std::optional<double> duration_s, const Clock& clock) {
  auto known = state.intent();
  if (!known) return unexpected(std::move(known.error()));
  const Nanoseconds now = clock.utc();
  if (*known && (*known)->continues_at(now.count())) {
    return continue_run(state, std::move(**known), document, service, duration_s.has_value());
  }
  if (service && *known) {
    // A finished run is not begun again by a mere restart; a changed rig is a wish for a new one.
    const auto last = state.config((*known)->generation);
    if (last && *last == document) return RunIdentity{std::move(**known), document, false, true};
  }
  auto generation = state.add_config(document);
  if (!generation) return unexpected(std::move(generation.error()).within("store the rig's generation"));
  RunIdentity identity;
  identity.intent.run = fmt::format("{}_{}_{}", rig.experiment, rig.device, compact_utc(now));
  identity.intent.started_utc_ns = now.count();
  identity.intent.until_utc_ns = planned_end(now.count(), duration_s ? duration_s : rig.run.duration_s);
  identity.intent.generation = *generation;
  identity.document = document;
  return identity;
}

}  // namespace tarsier
