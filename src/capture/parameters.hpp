// The rig's parameters of a source, set on the named elements of its pipeline. Their values are never text of the
// launch line, so that nothing in them can add an element.
#pragma once

#include <gst/gst.h>

#include <string>

#include "base/result.hpp"
#include "config/pipeline.hpp"
#include "config/rig.hpp"

namespace tarsier {

// Checks that every parameter is known, of its type and range, and that a required one is there; a file that a
// parameter of type path names must be readable. Opens nothing.
[[nodiscard]] Result<void> check_parameters(const SourceConfig& source, const PipelineDescription& pipeline);

// Sets those that were given and the defaults of the others. The error names the parameter.
[[nodiscard]] Result<void> set_parameters(GstElement* bin, const SourceConfig& source,
                                          const PipelineDescription& pipeline);

// Sets those of `next` that can be set while frames come and that `before` had otherwise.
[[nodiscard]] Result<void> set_live_parameters(GstElement* bin, const SourceConfig& before, const SourceConfig& next,
                                               const PipelineDescription& pipeline);

// The launch line followed by the parameters: for the file's attributes. Passwords are left out.
[[nodiscard]] std::string pipeline_line(const SourceConfig& source, const PipelineDescription& pipeline);

}  // namespace tarsier
