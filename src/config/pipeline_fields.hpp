// The keys that a pipeline adds to "source", as fields.
#pragma once

#include "config/fields.hpp"
#include "config/pipeline.hpp"

namespace tarsier {

// One field for each parameter, its pattern below `pattern`.
[[nodiscard]] FieldTable parameter_fields(const PipelineDescription& pipeline, const std::string& pattern);

// The fields of a pipeline's description file.
[[nodiscard]] const FieldTable& description_fields();

}  // namespace tarsier
