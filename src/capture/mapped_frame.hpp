// The memory of one GstBuffer as a FrameView, for the length of its life.
#pragma once

#include <gst/video/video.h>

#include "capture/stream_shape.hpp"
#include "frame/frame_view.hpp"

namespace tarsier {

// Streaming thread. Strides are those of the buffer's GstVideoMeta where it has one. Allocates nothing of ours.
class MappedFrame {
 public:
  // `buffer` outlives it.
  MappedFrame(const StreamShape& shape, GstBuffer* buffer);
  ~MappedFrame();
  MappedFrame(const MappedFrame&) = delete;
  MappedFrame& operator=(const MappedFrame&) = delete;

  // False: the buffer is smaller than a frame.
  [[nodiscard]] bool valid() const { return video_mapped_ || bayer_mapped_; }
  // Without planes when not valid.
  [[nodiscard]] const FrameView& view() const { return view_; }

 private:
  void map_video(const StreamShape& shape);
  void map_bayer();

  GstBuffer* const buffer_;
  FrameView view_;
  bool video_mapped_ = false;
  bool bayer_mapped_ = false;
  GstVideoFrame video_{};
  GstMapInfo bayer_{};
};

}  // namespace tarsier
