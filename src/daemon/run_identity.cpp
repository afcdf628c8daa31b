#include "daemon/run_identity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/log.hpp"

namespace tarsier {
namespace {

std::optional<std::int64_t> planned_end(std::int64_t started_ns, std::optional<double> duration_s) {
  if (!duration_s || *duration_s <= 0) return std::nullopt;
  return started_ns + std::llround(*duration_s * 1e9);
}

// The newest generation, which is in force.
Result<RunIdentity> with_newest(const RunState& state, Intent intent) {
  intent.generation = std::max(intent.generation, state.latest_generation());
  auto stored = state.config(intent.generation);
  if (!stored) return unexpected(std::move(stored.error()).within("run " + intent.run));
  RunIdentity identity;
  identity.intent = std::move(intent);
  identity.document = std::move(*stored);
  return identity;
}

// A service goes on with what it recorded, whatever its rig says meanwhile; a person who names another rig is asked.
Result<RunIdentity> continue_run(const RunState& state, Intent intent, const Json& document, bool service,
                                 bool duration_given) {
  auto identity = with_newest(state, std::move(intent));
  if (!identity) return identity;
  identity->continued = true;
  const Intent& known = identity->intent;
  const bool same = state.last_from_file() == document;
  if (!same && !service) {
    return misuse(
        fmt::format("run {} was interrupted here and this is another rig; go on with the rig that it began with "
                    "(state/config-{}.json holds a copy) and end it with Ctrl-C, or choose another "
                    "store.directory",
                    known.run, known.generation));
  }
  const std::string end =
      known.until_utc_ns ? "its planned end, " + iso_utc(Nanoseconds(*known.until_utc_ns)) : "it is stopped";
  log(Severity::notice,
      fmt::format("run {} was interrupted and goes on until {}, with generation {} of its rig{}{}", known.run, end,
                  known.generation, same ? "" : "; the rig given differs and is not used until it is over",
                  duration_given ? "; --duration is for a new run and has no effect" : ""));
  return identity;
}

}  // namespace

Intent new_run(const Rig& rig, std::uint32_t generation, std::optional<double> duration_s, const Clock& clock) {
  const Nanoseconds now = clock.utc();
  Intent intent;
  intent.run = fmt::format("{}_{}_{}", rig.experiment, rig.device, compact_utc(now));
  intent.started_utc_ns = now.count();
  intent.until_utc_ns = planned_end(now.count(), duration_s ? duration_s : rig.run.duration_s);
  intent.generation = generation;
  return intent;
}

Result<RunIdentity> identify_run(const RunState& state, const Rig& rig, const Json& document, bool service,
                                 std::optional<double> duration_s, const Clock& clock) {
  auto known = state.intent();
  if (!known) return unexpected(std::move(known.error()));
  if (*known && (*known)->continues_at(clock.utc().count())) {
    return continue_run(state, std::move(**known), document, service, duration_s.has_value());
  }
  if (service && *known && state.last_from_file() == document) {
    // A finished run is not begun again by a mere restart; a changed rig is a wish for a new one.
    auto identity = with_newest(state, std::move(**known));
    if (identity) identity->idle = true;
    return identity;
  }
  auto generation = state.add_config(document, {0, iso_utc(clock.utc()), "the rig's file", true});
  if (!generation) return unexpected(std::move(generation.error()).within("store the rig's generation"));
  RunIdentity identity;
  identity.intent = new_run(rig, *generation, duration_s, clock);
  identity.document = document;
  return identity;
}

}  // namespace tarsier
