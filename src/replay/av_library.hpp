// libavformat, loaded when a file needs it and not before: it and the eighty libraries that it needs would cost every
// process of ours more than 10 MiB of memory.
#pragma once

#include "base/result.hpp"

extern "C" {
#include <libavformat/avformat.h>
}

namespace tarsier {

// Its functions under their own names; the version is the one that the headers are of.
struct AvLibrary {
  decltype(&::av_find_input_format) av_find_input_format;
  decltype(&::av_log_set_level) av_log_set_level;
  decltype(&::av_packet_alloc) av_packet_alloc;
  decltype(&::av_packet_free) av_packet_free;
  decltype(&::av_read_frame) av_read_frame;
  decltype(&::av_seek_frame) av_seek_frame;
  decltype(&::av_strerror) av_strerror;
  decltype(&::avformat_close_input) avformat_close_input;
  decltype(&::avformat_open_input) avformat_open_input;

  // Loads it once; it stays. An error names the library that is missing. Any thread.
  [[nodiscard]] static Result<const AvLibrary*> load();
};

}  // namespace tarsier
