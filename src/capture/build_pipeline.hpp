// From a pipeline's description and the rig's parameters to a GStreamer pipeline that is ready to play.
#pragma once

#include <gst/app/gstappsink.h>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "capture/gst_handles.hpp"
#include "config/pipeline.hpp"
#include "config/rig.hpp"

namespace tarsier {

struct BuiltPipeline {
  Owned<GstElement> bin;
  Owned<GstElement> sink;  // the GstAppSink

  [[nodiscard]] GstAppSink* app_sink() const { return GST_APP_SINK(sink.get()); }
};

// In state NULL: parsed, memory bounded, parameters set, on the system's monotonic clock, the sink shaped so that it
// keeps nothing and refuses formats that aren't accepted. The bus drops all messages but errors, ends and what a probe
// asks for.
[[nodiscard]] Result<BuiltPipeline> build_pipeline(const SourceConfig& source, const PipelineDescription& pipeline);

// Stops the pipeline in a thread of its own and gives it back to the system. A driver that hangs can hold that thread
// for ever: false after `limit`; what is stuck is then left behind. `keep_alive` is destroyed after the pipeline.
[[nodiscard]] bool tear_down(BuiltPipeline pipeline, std::shared_ptr<void> keep_alive, Nanoseconds limit);

}  // namespace tarsier
