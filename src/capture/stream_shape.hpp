// Which pixel formats a source may deliver, and what GStreamer's caps say about the frames of one.
#pragma once

#include <gst/video/video.h>

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "capture/gst_handles.hpp"
#include "frame/frame_view.hpp"

namespace tarsier {

struct StreamShape {
  ImageSize size;
  PixelFormat format = PixelFormat::gray8;
  double frames_per_s = 0;  // 0: unknown or varying
  LumaRange luma_range = LumaRange::unknown;
  bool bayer = false;  // GstVideoInfo knows no Bayer formats: `info` is not set then
  GstVideoInfo info{};
};

// What the sink accepts, those that need the least work first. In system memory.
[[nodiscard]] Owned<GstCaps> accepted_caps();
// "GRAY8, GRAY16_LE, ...": for messages.
[[nodiscard]] std::string accepted_formats();

// Whether GStreamer's word for a format is one of video/x-bayer.
[[nodiscard]] bool is_bayer_format(std::string_view name);

// The error names the format that isn't accepted, and those that are.
[[nodiscard]] Result<StreamShape> read_caps(GstCaps* caps);

}  // namespace tarsier
