#include "capture/mapped_frame.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace tarsier {
namespace {

// Bytes a line of Bayer samples: GStreamer rounds up to 4; a driver with wider lines is told by the buffer's size.
std::uint64_t bayer_stride(const FrameView& view, std::uint64_t bytes) {
  const std::uint64_t usual = round_up(line_bytes(view.format, view.width_px), 4);
  if (bytes == usual * view.height_px || bytes % view.height_px != 0) return usual;
  return bytes / view.height_px;
}

}  // namespace

MappedFrame::MappedFrame(const StreamShape& shape, GstBuffer* buffer) : buffer_(buffer) {
  view_.format = shape.format;
  view_.width_px = shape.size.width_px;
  view_.height_px = shape.size.height_px;
  if (shape.bayer) {
    map_bayer();
  } else {
    map_video(shape);
  }
}

MappedFrame::~MappedFrame() {
  if (video_mapped_) gst_video_frame_unmap(&video_);
  if (bayer_mapped_) gst_buffer_unmap(buffer_, &bayer_);
}

void MappedFrame::map_video(const StreamShape& shape) {
  constexpr auto flags =
      static_cast<GstMapFlags>(static_cast<int>(GST_MAP_READ) | static_cast<int>(GST_VIDEO_FRAME_MAP_FLAG_NO_REF));
  // The info is only read, although the signature of GStreamer 1.20 does not say so.
  video_mapped_ = gst_video_frame_map(&video_, const_cast<GstVideoInfo*>(&shape.info), buffer_, flags) != FALSE;
  if (!video_mapped_) return;
  const auto planes = std::min<std::size_t>(GST_VIDEO_FRAME_N_PLANES(&video_), view_.planes.size());
  for (std::size_t plane = 0; plane < planes; ++plane) {
    view_.planes[plane] = {static_cast<const std::byte*>(GST_VIDEO_FRAME_PLANE_DATA(&video_, plane)),
                           GST_VIDEO_FRAME_PLANE_STRIDE(&video_, plane)};
  }
}

void MappedFrame::map_bayer() {
  if (!gst_buffer_map(buffer_, &bayer_, GST_MAP_READ)) return;
  const auto stride = bayer_stride(view_, bayer_.size);
  const std::uint64_t line = line_bytes(view_.format, view_.width_px);
  bayer_mapped_ = stride >= line && bayer_.size >= stride * (view_.height_px - 1) + line;
  if (!bayer_mapped_) return gst_buffer_unmap(buffer_, &bayer_);
  view_.planes[0] = {reinterpret_cast<const std::byte*>(bayer_.data), static_cast<std::ptrdiff_t>(stride)};
}

}  // namespace tarsier
