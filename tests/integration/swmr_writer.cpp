// swmr_writer FOLDER SEED [late_journal|late_frames]: records made-up frames on a slow disk, as fast as its queues take
// them, until its standard input ends; then seals and prints how many it recorded. With the third argument the disk
// lies, which its readers must notice.
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "store/recorder.hpp"
#include "store/sample_recording.hpp"
#include "store/test_camera.hpp"
#include "support/slow_files.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t chunk_bytes = 3 * 64 * 48;

CameraRecording recording() {
  CameraRecording camera = sample_camera();
  camera.camera = "a";
  camera.size = {64, 48};
  camera.frames_per_chunk = 3;
  return camera;
}

RecorderOptions options(FileOperations& files, const Clock& clock) {
  RecorderOptions options;
  options.codec = Codec::none;
  options.sync_interval = 200ms;
  options.reader_flush_interval = 150ms;
  options.backlog_chunks = {200};
  options.files = &files;
  options.clock = &clock;
  return options;
}

bool input_ended() {
  pollfd input{STDIN_FILENO, POLLIN | POLLHUP, 0};
  return ::poll(&input, 1, 0) > 0;
}

int finish(TestCamera& camera, Recorder& recorder) {
  camera.close();
  const auto summaries = recorder.finish();
  if (!summaries) return std::fprintf(stderr, "%s\n", summaries.error().message.c_str()), 1;
  std::printf("%llu\n", static_cast<unsigned long long>(camera.channel.ledger.snapshot().stored));
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) return 2;
  const std::string_view lie = count > 3 ? arguments[3] : "";
  SlowFiles files(std::strtoull(arguments[2], nullptr, 10));
  if (lie == "late_journal") files.journal_late = 2s;
  if (lie == "late_frames") files.late_bytes = chunk_bytes, files.bytes_late = 2s;
  const SystemClock clock;
  Arena arena = *Arena::create(mebibytes(16));
  TestCamera camera(recording(), 64, 512);
  RunFacts run = sample_run();
  run.experiment = "swmr";
  auto recorder =
      Recorder::create({arguments[1], {}}, run, {{&camera.channel, camera.facts}}, options(files, clock), arena);
  if (!recorder) return std::fprintf(stderr, "%s\n", recorder.error().message.c_str()), 1;
  (*recorder)->start();
  while (!input_ended()) {
    camera.now = clock.monotonic();
    (void)camera.push_frame();
    std::this_thread::sleep_for(5ms);
  }
  if (!lie.empty()) std::_Exit(0);
  return finish(camera, **recorder);
}
