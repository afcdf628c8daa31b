#include "replay/cine_recording.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "base/file_operations.hpp"
#include "base/unique_fd.hpp"
#include "replay/av_library.hpp"
#include "replay/read_whole.hpp"

namespace tarsier {
namespace {

std::string words_of(const AvLibrary& av, int error) {
  std::array<char, 128> text{};
  av.av_strerror(error, text.data(), text.size());
  return text.data();
}

// Lets go of what a packet holds when the scope ends.
class Packet {
 public:
  explicit Packet(const AvLibrary& av) : av_(av), packet_(av.av_packet_alloc()) {}
  ~Packet() { av_.av_packet_free(&packet_); }
  Packet(const Packet&) = delete;
  Packet& operator=(const Packet&) = delete;
  [[nodiscard]] AVPacket* get() { return packet_; }

 private:
  const AvLibrary& av_;
  AVPacket* packet_;
};

}  // namespace

struct CineRecording::Library {
  explicit Library(const AvLibrary& library) : av(library) {}
  const AvLibrary& av;
  AVFormatContext* file = nullptr;
  ~Library() { av.avformat_close_input(&file); }
  [[nodiscard]] const AVStream& stream() const { return *file->streams[0]; }
};

bool is_cine(const std::filesystem::path& path) {
  const UniqueFd file(system_files().open(path.c_str(), O_RDONLY | O_CLOEXEC, 0));
  std::array<char, 4> front{};
  if (!file || !read_whole(file.get(), 0, std::as_writable_bytes(std::span(front)))) return false;
  // The mark and the length of the header.
  return std::string_view(front.data(), front.size()) == std::string_view("CI\x2c\0", 4);
}

CineRecording::CineRecording(std::unique_ptr<Library> library) : library_(std::move(library)) {}
CineRecording::~CineRecording() = default;

Result<std::unique_ptr<CineRecording>> CineRecording::open(const std::filesystem::path& path) {
  const auto av = AvLibrary::load();
  if (!av) return unexpected(av.error());
  (*av)->av_log_set_level(AV_LOG_QUIET);
  const auto* format = (*av)->av_find_input_format("cine");
  if (format == nullptr) return failure("is a CINE file, which this libavformat does not read");
  auto library = std::make_unique<Library>(**av);
  const std::string url = "file:" + path.string();
  if (const int error = (*av)->avformat_open_input(&library->file, url.c_str(), format, nullptr); error < 0) {
    return failure("libavformat cannot open it: " + words_of(**av, error));
  }
  std::unique_ptr<CineRecording> recording(new CineRecording(std::move(library)));
  if (auto learned = recording->learn(); !learned) return unexpected(std::move(learned.error()));
  return recording;
}

Result<void> CineRecording::learn() {
  if (library_->file->nb_streams != 1) return failure("it holds no recording");
  const AVStream& stream = library_->stream();
  const AVCodecParameters& codec = *stream.codecpar;
  if (codec.format != AV_PIX_FMT_GRAY8 && codec.format != AV_PIX_FMT_GRAY16LE) {
    return failure("its frames are not gray of 8 or 16 bits; export it so");
  }
  if (stream.duration <= 0) return failure("it holds no frame");
  facts_.format = codec.format == AV_PIX_FMT_GRAY8 ? PixelFormat::gray8 : PixelFormat::gray16;
  const auto side = [](int pixels) { return static_cast<std::uint64_t>(std::max(pixels, 0)); };
  if (auto fits = check_size(side(codec.width), side(codec.height), facts_.format); !fits) return fits;
  facts_.size = {static_cast<std::uint32_t>(codec.width), static_cast<std::uint32_t>(codec.height)};
  facts_.frames = static_cast<std::uint64_t>(stream.duration);
  facts_.memory_bytes = 2 * facts_.frame_bytes() + facts_.frames * 24 + kibibytes(256).count;
  const double interval = av_q2d(stream.time_base);
  const bool known = interval > 0 && interval < 1e6;
  facts_.frame_interval_s = known ? interval : 1.0;
  facts_.interval_source = known ? IntervalSource::attribute : IntervalSource::assumed;
  // libavformat's own way of telling which line comes first.
  constexpr std::string_view mark = "BottomUp";
  bottom_up_ = codec.extradata != nullptr && static_cast<std::size_t>(codec.extradata_size) >= mark.size() &&
               std::memcmp(codec.extradata, mark.data(), mark.size()) == 0;
  return {};
}

Result<void> CineRecording::read(std::uint64_t index, std::span<std::byte> pixels) {
  if (index >= facts_.frames || pixels.size() != facts_.frame_bytes()) return misuse("there is no such frame");
  const AvLibrary& av = library_->av;
  AVFormatContext* file = library_->file;
  Packet packet(av);
  int error = av.av_seek_frame(file, 0, static_cast<std::int64_t>(index), 0);
  if (error >= 0) error = av.av_read_frame(file, packet.get());
  if (error < 0) return failure("libavformat cannot read it: " + words_of(av, error));
  const auto* data = reinterpret_cast<const std::byte*>(packet.get()->data);
  if (static_cast<std::uint64_t>(packet.get()->size) < pixels.size()) return failure("the file ends before it");
  const std::size_t line = pixels.size() / facts_.size.height_px;
  for (std::size_t y = 0; y < facts_.size.height_px; ++y) {
    const std::size_t from = bottom_up_ ? facts_.size.height_px - 1 - y : y;
    std::memcpy(&pixels[y * line], data + from * line, line);
  }
  return {};
}

}  // namespace tarsier
