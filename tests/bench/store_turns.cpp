// Takes turns with h5py: for each name of a piece of work on standard input it stores all frames of a recording once
// and prints the processor's microseconds of all threads and of the busiest one, the clock's, and the size of what was
// stored. The path is the recorder's own: frames in their ring, CameraCodec, ChunkBacklog, WritableFile::write_chunk.
// tests/bench/reference/store_contest.py is the other side.
//   store_turns FRAMES.raw WIDTH HEIGHT BYTES_A_PIXEL FRAMES_A_CHUNK FOLDER
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>

#include "base/file_operations.hpp"
#include "base/named_thread.hpp"
#include "bench/measure.hpp"
#include "hdf5/file.hpp"
#include "store/camera_codec.hpp"

using namespace tarsier;

namespace {

struct Recording {
  std::vector<std::byte> bytes;
  ImageSize size;
  ChunkShape shape;
  [[nodiscard]] std::uint64_t frames() const { return bytes.size() / shape.frame_bytes; }
  [[nodiscard]] std::span<const std::byte> frame(std::uint64_t i) const {
    return std::span(bytes).subspan(i * shape.frame_bytes, shape.frame_bytes);
  }
};

struct Took {
  double processor_us = 0, busiest_us = 0, clock_us = 0;
  std::uint64_t stored = 0;
};

double now_us(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return 1e6 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_nsec);
}

// `threads` share what this thread does not do itself.
template <typename Work>
Took timed(const std::filesystem::path& file, std::uint32_t threads, Work work) {
  std::filesystem::remove(file);
  const double all = now_us(CLOCK_PROCESS_CPUTIME_ID), own = now_us(CLOCK_THREAD_CPUTIME_ID);
  const double clock = now_us(CLOCK_MONOTONIC);
  work();
  const double processor_us = now_us(CLOCK_PROCESS_CPUTIME_ID) - all, own_us = now_us(CLOCK_THREAD_CPUTIME_ID) - own;
  const double others_us = threads == 0 ? 0 : (processor_us - own_us) / threads;
  return {processor_us, std::max(own_us, others_us), now_us(CLOCK_MONOTONIC) - clock, std::filesystem::file_size(file)};
}

template <typename Value>
Value must(Result<Value> result) {
  if (result) return std::move(*result);
  std::cerr << result.error().message << "\n";
  std::exit(1);
}
void must(const Result<void>& result) {
  if (result) return;
  std::cerr << result.error().message << "\n";
  std::exit(1);
}

// A frame file and its dataset, as a segment has it.
struct FrameFile {
  FrameFile(const Recording& recording, const std::filesystem::path& path, const SeriesFilters& filters)
      : file(must(WritableFile::create(system_files(), path))),
        frames(must(Series::create(file.handle(), "/frames",
                                   recording.shape.pixel == StoredPixel::gray8 ? number_record<std::uint8_t>()
                                                                               : number_record<std::uint16_t>(),
                                   {recording.shape.frames, {recording.size.height_px, recording.size.width_px}},
                                   filters))) {}
  void close() {
    frames = Series();
    must(file.close());
  }
  WritableFile file;
  Series frames;
};

// All frames lie in the ring before the time counts, as a camera's would.
class OurPath {
 public:
  // Without `threads` this one does it all.
  OurPath(const Recording& recording, Codec codec, std::uint32_t level, std::uint32_t threads)
      : recording_(recording),
        threads_(threads),
        lanes_(std::max(threads, 1U)),
        arena_(must(Arena::create(FrameRing::cost(recording.frames(), recording.shape.frame_bytes) +
                                  RowQueue::cost(recording.frames(), 0) + CameraCodec::cost(recording.shape, lanes_) +
                                  ChunkBacklog::cost(8 * lanes_, recording.shape.bytes(), lanes_) + mebibytes(1)))),
        channel_("bench", arena_,
                 {.slots = recording.frames(),
                  .frame_bytes = recording.shape.frame_bytes,
                  .rows = recording.frames(),
                  .regions = 0}),
        backlog_(arena_, 8 * lanes_, recording.shape.bytes(), lanes_) {
    for (std::uint32_t i = 0; i < lanes_; ++i) codecs_.push_back(must(ChunkCodec::create(codec, level)));
    stage_ = std::make_unique<CameraCodec>(arena_, channel_, backlog_, codecs_, clock_, recording.shape);
    stage_->listen(&codec_wakeup_);
    backlog_.listen(&writer_wakeup_, &codec_wakeup_);
    filters_ = frame_filters(recording.shape.pixel, codec, level);
    fill();
  }

  void run(const std::filesystem::path& path) {
    FrameFile file(recording_, path, filters_);
    std::vector<NamedThread> threads;
    for (std::uint32_t lane = 0; lane < threads_; ++lane) {
      threads.emplace_back("codec-" + std::to_string(lane), [this, lane] { work(lane); });
    }
    std::uint64_t written = 0;
    for (bool over = false; !over;) {
      const auto ticket = writer_wakeup_.ticket();
      over = backlog_.closed();
      bool moved = threads.empty() && stage_->step();
      for (const CodedChunk* chunk = backlog_.oldest(); chunk != nullptr; chunk = backlog_.oldest(), moved = true) {
        must(file.frames.extend(written + chunk->frames));
        (void)must(file.file.write_chunk(file.frames, written, chunk->memory.first(chunk->bytes), chunk->filter_mask));
        written += chunk->frames;
        backlog_.release();
      }
      if (!moved && !over) writer_wakeup_.wait(ticket, std::chrono::milliseconds(100));
    }
    for (NamedThread& thread : threads) thread.join();
    file.close();
  }

 private:
  void fill() {
    for (std::uint64_t i = 0; i < recording_.frames(); ++i) {
      std::memcpy(channel_.frames.free_slot()->pixels.data(), recording_.frame(i).data(), recording_.shape.frame_bytes);
      channel_.frames.publish();
      RowEntry* entry = channel_.rows.free_entry();
      entry->frame_position = i;
      entry->store = true;
      channel_.rows.cursors().publish();
    }
    channel_.rows.cursors().close();
  }
  void work(std::uint32_t lane) {
    while (!stage_->finished(lane)) {
      const auto ticket = codec_wakeup_.ticket();
      if (!stage_->step(lane)) codec_wakeup_.wait(ticket, std::chrono::milliseconds(100));
    }
  }

  const Recording& recording_;
  const std::uint32_t threads_;
  const std::uint32_t lanes_;
  SystemClock clock_;
  Arena arena_;
  CameraChannel channel_;
  ChunkBacklog backlog_;
  std::vector<ChunkCodec> codecs_;
  SeriesFilters filters_;
  Wakeup codec_wakeup_;
  Wakeup writer_wakeup_;
  std::unique_ptr<CameraCodec> stage_;
};

Took ours(const Recording& recording, const std::filesystem::path& file, Codec codec, std::uint32_t level,
          std::uint32_t threads) {
  OurPath path(recording, codec, level, threads);
  return timed(file, threads, [&] { path.run(file); });
}

// H5Dwrite through HDF5's own shuffle and deflate, whole chunks at a time.
Took stock(const Recording& recording, const std::filesystem::path& file) {
  return timed(file, 0, [&] {
    FrameFile into(recording, file, frame_filters(recording.shape.pixel, Codec::deflate, 1));
    for (std::uint64_t i = 0; i < recording.frames(); i += recording.shape.frames) {
      must(into.frames.append(recording.frame(i).data(), std::min(recording.shape.frames, recording.frames() - i)));
    }
    into.close();
  });
}

// write(2) and nothing else.
Took plain(const Recording& recording, const std::filesystem::path& file) {
  return timed(file, 0, [&] {
    const int descriptor = ::open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    const std::uint64_t step = recording.shape.bytes();
    for (std::uint64_t at = 0; at < recording.bytes.size(); at += step) {
      const std::uint64_t bytes = std::min(step, recording.bytes.size() - at);
      if (::write(descriptor, recording.bytes.data() + at, bytes) != static_cast<ssize_t>(bytes)) std::exit(1);
    }
    ::close(descriptor);
  });
}

std::uint32_t number(const char* text) { return static_cast<std::uint32_t>(std::stoul(text)); }

}  // namespace

int main(int count, char** arguments) {
  if (count != 7) {
    std::cerr << "usage: store_turns FRAMES.raw WIDTH HEIGHT BYTES_A_PIXEL FRAMES_A_CHUNK FOLDER\n";
    return 2;
  }
  Recording recording;
  std::ifstream raw(arguments[1], std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(raw), {}};
  recording.bytes.resize(bytes.size());
  std::memcpy(recording.bytes.data(), bytes.data(), bytes.size());
  recording.size = {number(arguments[2]), number(arguments[3])};
  const std::uint32_t pixel_bytes = number(arguments[4]);
  recording.shape = {pixel_bytes == 1 ? StoredPixel::gray8 : StoredPixel::gray16, recording.size.pixels() * pixel_bytes,
                     number(arguments[5])};
  const auto file = std::filesystem::path(arguments[6]) / "turn";
  for (std::string work; std::cin >> work;) {
    const Took took = work == "stock"        ? stock(recording, file)
                      : work == "write"      ? plain(recording, file)
                      : work == "none"       ? ours(recording, file, Codec::none, 1, 0)
                      : work == "none-x1"    ? ours(recording, file, Codec::none, 1, 1)
                      : work == "bitshuffle" ? ours(recording, file, Codec::bitshuffle_lz4, 1, 0)
                      : work == "deflate-x2" ? ours(recording, file, Codec::deflate, 1, 2)
                                             : ours(recording, file, Codec::deflate, number(work.data() + 8), 0);
    std::cout << took.processor_us << " " << took.busiest_us << " " << took.clock_us << " " << took.stored << std::endl;
  }
}
