// What a change of the rig does, for a person. Pure; any thread; allocates.
#pragma once

#include <string>

#include "base/json.hpp"

namespace tarsier {

// A line for each of the `changes` of an answer of /v1/config (pointer, from, to, class): "/store/segment_s  7200 -> 60
// at once". Empty: nothing changes. With `coloured`, what goes away is red and what comes green.
[[nodiscard]] std::string changes_text(const Json& changes, bool coloured);

// The generations of /v1/config/history, the newest last: number, time, who, the first places that changed.
[[nodiscard]] std::string history_text(const Json& history);

// A line on the memory that a changed rig needs, of the `plan` of an answer; empty: it has none.
[[nodiscard]] std::string plan_text(const Json& plan);

// "live" and so on in words: when a change acts.
[[nodiscard]] std::string_view when_it_acts(std::string_view field_class);

}  // namespace tarsier
