// The parts of run.json to and from JSON. from_* throw Json::exception on what isn't of that form.
#pragma once

#include "base/json.hpp"
#include "frame/row.hpp"
#include "store/recorder.hpp"

namespace tarsier {

[[nodiscard]] Json to_json(const SegmentSummary& segment);
[[nodiscard]] SegmentSummary segment_from_json(const Json& json);
[[nodiscard]] Json to_json(const Gap& gap);
[[nodiscard]] Gap gap_from_json(const Json& json);

}  // namespace tarsier
