#include "replay/av_library.hpp"

#include <dlfcn.h>

namespace tarsier {
namespace {

constexpr const char* library_name = "libavformat.so." AV_STRINGIFY(LIBAVFORMAT_VERSION_MAJOR);

template <typename Function>
bool find(void* library, const char* symbol, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, symbol));
  return function != nullptr;
}

Result<AvLibrary> loaded() {
  void* library = dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
  AvLibrary av;
  const bool whole =
      library != nullptr && find(library, "av_find_input_format", av.av_find_input_format) &&
      find(library, "av_log_set_level", av.av_log_set_level) && find(library, "av_packet_alloc", av.av_packet_alloc) &&
      find(library, "av_packet_free", av.av_packet_free) && find(library, "av_read_frame", av.av_read_frame) &&
      find(library, "av_seek_frame", av.av_seek_frame) && find(library, "av_strerror", av.av_strerror) &&
      find(library, "avformat_close_input", av.avformat_close_input) &&
      find(library, "avformat_open_input", av.avformat_open_input);
  if (whole) return av;
  return failure(std::string(library_name) + " is needed for it and cannot be loaded; install FFmpeg's libraries");
}

}  // namespace

Result<const AvLibrary*> AvLibrary::load() {
  static const Result<AvLibrary> once = loaded();
  if (!once) return unexpected(once.error());
  return &*once;
}

}  // namespace tarsier
