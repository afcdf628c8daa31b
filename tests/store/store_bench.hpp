// One camera's codec, recorder and sync worker, stepped by the test instead of by threads.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "CppUTest/TestHarness.h"
#include "sample_recording.hpp"
#include "store/camera_codec.hpp"
#include "store/camera_recorder.hpp"
#include "support/manual_clock.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"
#include "test_camera.hpp"

namespace tarsier {

// 20 x 10 pixels, three frames a chunk, regions of 6 and 4 pixels.
inline CameraRecording bench_recording() {
  CameraRecording camera = sample_camera();
  camera.camera = "a";
  camera.size = {20, 10};
  camera.frames_per_chunk = 3;
  return camera;
}

inline std::vector<ChunkCodec> chunk_codecs(Codec codec, std::uint32_t threads) {
  std::vector<ChunkCodec> codecs;
  for (std::uint32_t i = 0; i < threads; ++i) codecs.push_back(*ChunkCodec::create(codec, 1));
  return codecs;
}

class StoreBench {
 public:
  StoreBench(FileOperations& files, const std::filesystem::path& folder, CameraRecording recording,
             Codec codec = Codec::deflate, std::uint32_t threads = 1, Bytes reserve = mebibytes(1))
      : camera(std::move(recording), 8, 32),
        recorded_{&camera.channel, camera.facts, &generations},
        place_{folder / "run", {}},
        codecs_(chunk_codecs(codec, threads)) {
    options_.codec = codec;
    options_.files = &files;
    options_.clock = &clock;
    options_.reserve = reserve;
    run_.experiment = "sleep";
    must(make_directories(files, place_.run_folder));
    manifest = must(Manifest::open(files, arena_, place_.run_folder, run_, {recorded_}));
    sync = std::make_unique<SyncWorker>(files, clock, *manifest, wakeup_);
    disk = std::make_unique<DiskSpace>(files, place_.run_folder, options_.reserve);
    context_ = std::make_unique<RecorderContext>(
        RecorderContext{place_, run_, options_, *manifest, *sync, *disk, fault, stopping, segment_limit_});
    const ChunkShape shape{camera.facts.pixel, camera.frame_bytes(), camera.facts.frames_per_chunk};
    if (camera.facts.frames_kept) {
      backlog_ = std::make_unique<ChunkBacklog>(arena_, 4, shape.bytes(), threads);
      codec_stage_ = std::make_unique<CameraCodec>(arena_, camera.channel, *backlog_, codecs_, clock, shape);
    }
    recorder = std::make_unique<CameraRecorder>(*context_, 0, recorded_, backlog_.get(), arena_);
  }

  void limit_segments(Bytes bytes) { segment_limit_ = bytes.count; }

  // Takes what is in the queues as far as the files let it.
  void work(bool with_sync = true) {
    bool moved = true;
    while (moved) {
      disk->look(clock.monotonic());
      moved = false;
      for (std::uint32_t lane = 0; lane < codecs_.size(); ++lane) {
        moved = (codec_stage_ && codec_stage_->step(lane)) || moved;
      }
      moved = recorder->step() || moved;
      if (after_step) after_step();
      if (with_sync) moved = sync->step() || moved;
    }
  }
  // Pushes frames, working in between.
  void record(int frames, std::uint32_t segment = 1) {
    for (int i = 0; i < frames; ++i) {
      camera.now = clock.monotonic();
      CHECK_TRUE(camera.push_frame(segment));
      work();
    }
  }
  // Lets time pass, a tenth of a second at a time.
  void pass(Nanoseconds time) {
    for (Nanoseconds passed{0}; passed < time; passed += std::chrono::milliseconds(100)) {
      clock.advance(std::chrono::milliseconds(100));
      work();
    }
  }
  // The queue ends; everything that can be written is.
  void finish() {
    camera.close();
    work();
    for (int i = 0; i < 100 && !recorder->ended(); ++i) pass(std::chrono::milliseconds(100));
    CHECK_TRUE(recorder->ended());
    pass(std::chrono::seconds(2));
    (void)sync->close();
  }

  [[nodiscard]] const std::filesystem::path& run_folder() const { return place_.run_folder; }
  [[nodiscard]] std::filesystem::path sealed(std::size_t index) const {
    return run_folder() / manifest->segments(0).at(index).file;
  }
  [[nodiscard]] LedgerCounts ledger() const { return camera.channel.ledger.snapshot(); }
  // Every frame that was pushed has one outcome.
  void check_ledger() const { CHECK_EQUAL(camera.frames(), ledger().delivered()); }

  // What rows of later generations mean.
  GenerationBook<RecordedGeneration> generations;
  // Called whenever the recorder has done something.
  std::function<void()> after_step;
  ManualClock clock;
  TestCamera camera;
  Fault fault;
  std::atomic<bool> stopping{false};
  std::unique_ptr<Manifest> manifest;
  std::unique_ptr<SyncWorker> sync;
  std::unique_ptr<DiskSpace> disk;

 private:
  Arena arena_ = *Arena::create(mebibytes(4));
  Wakeup wakeup_;
  const RecordedCamera recorded_;
  const RecordingPlace place_;
  RunFacts run_ = sample_run();
  RecorderOptions options_;
  std::atomic<std::uint64_t> segment_limit_{0};
  std::vector<ChunkCodec> codecs_;
  std::unique_ptr<RecorderContext> context_;
  std::unique_ptr<ChunkBacklog> backlog_;
  std::unique_ptr<CameraCodec> codec_stage_;

 public:
  std::unique_ptr<CameraRecorder> recorder;
};

}  // namespace tarsier
