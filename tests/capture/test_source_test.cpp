#include <CppUTest/TestHarness.h>

#include <cmath>

#include "recording_intake.hpp"

using namespace tarsier;

TEST_GROUP(TestSource){void setup() override{CHECK(initialise_gstreamer().has_value());
}

SourceConfig source(int frames, const std::string& format = "GRAY8", double fps = 200) {
  return {"test", {{"width_px", 64}, {"height_px", 48}, {"fps", fps}, {"frames", frames}, {"format", format}}};
}
PipelineDescription installed() { return load_pipeline("test").value(); }
}
;

TEST(TestSource, ProbeTellsSizeFormatRateAndFrames) {
  const auto facts = probe_source(source(12), installed());
  CHECK(facts.has_value());
  CHECK(facts->size == (ImageSize{64, 48}));
  CHECK(facts->format == PixelFormat::gray8);
  DOUBLES_EQUAL(200, facts->frames_per_s, 0);
  CHECK(facts->frames == std::optional<std::uint64_t>(12));
  CHECK(facts->luma_range == LumaRange::full);
  CHECK(facts->pipeline_line.find("width_px=64") != std::string::npos);
}

TEST(TestSource, AnEndlessSourceHasNoNumberOfFrames) {
  const auto facts = probe_source(source(0), installed());
  CHECK(facts.has_value());
  CHECK_FALSE(facts->frames.has_value());
}

TEST(TestSource, GivesEveryFrameOnceAndEnds) {
  const auto facts = probe_source(source(40), installed()).value();
  RecordingIntake intake;
  Camera camera("a", source(40), installed(), facts, intake);
  CHECK(camera.start().has_value());
  CHECK(supervise_until(camera, intake, [&] { return camera.ended(); }));
  const auto frames = intake.frames();
  LONGS_EQUAL(40, frames.size());
  for (std::size_t index = 0; index < frames.size(); ++index) {
    CHECK(frames[index].sequence == std::optional<std::uint64_t>(index));
    LONGS_EQUAL(64 * 48, frames[index].lines.size());
  }
  CHECK(camera.status().state == CameraState::ended);
  LONGS_EQUAL(0, camera.status().restarts);
}

TEST(TestSource, SensorTimeIsOfTheMonotonicClockAndOnePeriodApart) {
  const auto facts = probe_source(source(20), installed()).value();
  RecordingIntake intake;
  const auto before = SystemClock().monotonic();
  Camera camera("a", source(20), installed(), facts, intake);
  CHECK(camera.start().has_value());
  CHECK(supervise_until(camera, intake, [&] { return camera.ended(); }));
  const auto frames = intake.frames();
  CHECK(frames.front().sensor >= before);
  CHECK(frames.back().sensor <= frames.back().arrival);
  for (std::size_t index = 1; index < frames.size(); ++index) {
    LONGS_EQUAL(5'000'000, (frames[index].sensor - frames[index - 1].sensor).count());
  }
}

TEST(TestSource, AnIntakeThatWantsNoMoreEndsTheSource) {
  const auto facts = probe_source(source(0), installed()).value();
  RecordingIntake intake(5);
  Camera camera("a", source(0), installed(), facts, intake);
  CHECK(camera.start().has_value());
  CHECK(supervise_until(camera, intake, [&] { return camera.ended(); }));
  LONGS_EQUAL(5, intake.count());
  LONGS_EQUAL(0, camera.status().restarts);
}

TEST(TestSource, NoFrameComesAfterStop) {
  const auto facts = probe_source(source(0), installed()).value();
  RecordingIntake intake;
  Camera camera("a", source(0), installed(), facts, intake);
  CHECK(camera.start().has_value());
  // The supervisor learns of the first frames a little after they came.
  const auto running = [&] { return intake.count() > 3 && camera.status().state == CameraState::running; };
  CHECK(supervise_until(camera, intake, running));
  camera.stop();
  const auto count = intake.count();
  intake.wait_for_change();
  LONGS_EQUAL(count, intake.count());
  CHECK(camera.ended());
}

TEST(TestSource, EveryFormatOfItsParameterArrivesAsThatFormat) {
  const auto pipeline = installed();
  for (const auto& format : pipeline.find("format")->choices) {
    const auto facts = probe_source(source(2, format), pipeline);
    CHECK_TEXT(facts.has_value(), facts ? "" : facts.error().message.c_str());
    RecordingIntake intake;
    Camera camera("a", source(2, format), pipeline, *facts, intake);
    CHECK(camera.start().has_value());
    CHECK(supervise_until(camera, intake, [&] { return camera.ended(); }));
    const auto frames = intake.frames();
    LONGS_EQUAL_TEXT(2, frames.size(), format.c_str());
    CHECK_TEXT(frames[0].format == facts->format, format.c_str());
    LONGS_EQUAL_TEXT(48 * line_bytes(facts->format, 64), frames[0].lines.size(), format.c_str());
  }
}

TEST(TestSource, FramesLostBehindTheSourceAreGapsOfTheSequence) {
  auto pipeline = description(
      "videotestsrc name=source is-live=true num-buffers=60 ! "
      "video/x-raw,format=GRAY8,width=32,height=32,framerate=500/1 "
      "! identity drop-probability=0.4 ! jpegenc ! jpegdec ! appsink name=sink",
      true);
  pipeline.counts_frames = true;
  const auto facts = probe_source({}, pipeline).value();
  RecordingIntake intake;
  Camera camera("a", {}, pipeline, facts, intake);
  CHECK(camera.start().has_value());
  CHECK(supervise_until(camera, intake, [&] { return camera.ended(); }));
  const auto frames = intake.frames();
  CHECK(frames.size() > 10);
  CHECK(frames.size() < 60);
  for (const auto& frame : frames) {
    CHECK(frame.sequence.has_value());
    const auto periods = static_cast<double>((frame.sensor - frames[0].sensor).count()) / 2e6;
    LONGS_EQUAL(std::llround(periods), *frame.sequence - *frames[0].sequence);
  }
}
