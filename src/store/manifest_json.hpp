// The parts of run.json to and from JSON. from_* throw Json::exception on what isn't of that form.
#pragma once

#include <string>

#include "base/json.hpp"
#include "frame/row.hpp"
#include "store/recorder.hpp"

namespace tarsier {

// One line of JSON, without a document in between: a run of months lists thousands, and each seal writes all of them.
[[nodiscard]] std::string json_text(const SegmentSummary& segment);
[[nodiscard]] std::string json_text(const Gap& gap);
[[nodiscard]] Json to_json(const SegmentSummary& segment);
[[nodiscard]] SegmentSummary segment_from_json(const Json& json);
[[nodiscard]] Json to_json(const Gap& gap);
[[nodiscard]] Gap gap_from_json(const Json& json);

}  // namespace tarsier
