// What a pipeline's bus says, in words for a person.
#pragma once

#include <optional>
#include <string>

#include "capture/build_pipeline.hpp"

namespace tarsier {

// "Could not read from resource. (poll error 1)", and for a format that the sink refuses, which ones the source has
// and which are accepted. Credentials are left out.
[[nodiscard]] std::string error_text(const BuiltPipeline& pipeline, GstMessage* error);

// The next message of `types`, after at most `limit`; null: none came.
[[nodiscard]] Owned<GstMessage> next_message(const BuiltPipeline& pipeline, GstMessageType types, Nanoseconds limit);

}  // namespace tarsier
