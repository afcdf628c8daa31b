#include <CppUTest/TestHarness.h>
#include <fmt/format.h>
#include <gst/video/video.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "recording_intake.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

constexpr std::size_t frame_count = 3;

std::vector<char> noise(std::size_t bytes) {
  std::mt19937 random(7);
  std::vector<char> data(bytes);
  std::generate(data.begin(), data.end(), [&random] { return static_cast<char>(random()); });
  return data;
}

void write(const std::filesystem::path& path, const std::vector<char>& data) {
  std::ofstream(path, std::ios::binary).write(data.data(), static_cast<std::streamsize>(data.size()));
}

std::vector<RecordedFrame> play(const PipelineDescription& pipeline, const SourceConfig& source) {
  const auto facts = probe_source(source, pipeline);
  CHECK_TEXT(facts.has_value(), facts ? "" : facts.error().message.c_str());
  RecordingIntake intake;
  Camera camera("a", source, pipeline, *facts, intake);
  CHECK(camera.start().has_value());
  CHECK(supervise_until(camera, intake, [&] { return camera.ended(); }));
  STRCMP_EQUAL("", camera.status().last_error.c_str());
  return intake.frames();
}

PipelineDescription from_file(const std::string& launch) {
  auto pipeline = description(launch);
  PipelineParameter location;
  location.name = "location";
  location.type = ParameterType::path;
  location.sets = "source.location";
  pipeline.parameters.push_back(location);
  return pipeline;
}

// Plane 0 of frame `index` in `data`, without padding.
bool same_lines(const RecordedFrame& frame, const std::vector<char>& data, std::size_t start, std::size_t stride) {
  const auto bytes = recorded_bytes(frame.format, frame.size.width_px);
  if (frame.lines.size() != bytes * frame.size.height_px) return false;
  for (std::size_t y = 0; y < frame.size.height_px; ++y) {
    const auto* expected = reinterpret_cast<const std::byte*>(data.data()) + start + y * stride;
    if (!std::equal(expected, expected + bytes, frame.lines.data() + y * bytes)) return false;
  }
  return true;
}

}  // namespace

TEST_GROUP(PixelLayout) {
  TemporaryFolder folder;

  void setup() override { CHECK(initialise_gstreamer().has_value()); }

  SourceConfig source() { return {"mine", {{"location", (folder / "raw").string()}}}; }

  void check_format(const char* name, int width, int height) {
    GstVideoInfo info;
    gst_video_info_set_format(&info, gst_video_format_from_string(name), static_cast<guint>(width),
                              static_cast<guint>(height));
    const std::size_t bytes = GST_VIDEO_INFO_SIZE(&info);
    const auto data = noise(bytes * frame_count);
    write(folder / "raw", data);
    const auto frames =
        play(from_file(fmt::format("filesrc name=source blocksize={} ! capsfilter caps=video/x-raw,format={},"
                                   "width={},height={},framerate=50/1 ! appsink name=sink",
                                   bytes, name, width, height)),
             source());
    LONGS_EQUAL_TEXT(frame_count, frames.size(), name);
    for (std::size_t index = 0; index < frames.size(); ++index) {
      const auto stride = static_cast<std::size_t>(GST_VIDEO_INFO_PLANE_STRIDE(&info, 0));
      CHECK_TEXT(same_lines(frames[index], data, index * bytes, stride), name);
    }
  }
};

TEST(PixelLayout, EveryAcceptedFormatArrivesByteForByteAtOddSizes) {
  for (const char* name : {"GRAY8", "GRAY16_LE", "I420", "NV12", "NV21", "Y42B", "Y444", "YUY2", "UYVY", "RGB", "BGR",
                           "RGBx", "BGRx", "xRGB", "xBGR", "RGBA", "BGRA", "ARGB", "ABGR"}) {
    check_format(name, 641, 479);
    check_format(name, 640, 480);
    check_format(name, 3, 1);
  }
}

TEST(PixelLayout, BayerLinesAreRoundedUpToFour) {
  const auto data = noise(644 * 7 * frame_count);
  write(folder / "raw", data);
  const auto frames =
      play(from_file("filesrc name=source blocksize=4508 ! capsfilter caps=video/x-bayer,format=grbg,width=641,"
                     "height=7,framerate=50/1 ! appsink name=sink"),
           source());
  LONGS_EQUAL(frame_count, frames.size());
  CHECK(frames[0].format == PixelFormat::bayer_grbg8);
  CHECK(same_lines(frames[2], data, 2 * 4508, 644));
}

TEST(PixelLayout, DeepBayerArrivesByteForByteWhateverItsDepth) {
  const auto data = noise(2 * 642 * 6 * frame_count);
  write(folder / "raw", data);
  for (const char* depth : {"10", "12", "14", "16"}) {
    const auto frames =
        play(from_file(fmt::format("filesrc name=source blocksize=7704 ! capsfilter caps=video/x-bayer,"
                                   "format=rggb{}le,width=641,height=6,framerate=50/1 ! appsink name=sink",
                                   depth)),
             source());
    LONGS_EQUAL(frame_count, frames.size());
    CHECK(frames[0].format == PixelFormat::bayer_rggb16);
    CHECK(same_lines(frames[2], data, 2 * 7704, 1284));
  }
}

TEST(PixelLayout, BayerLinesAsWideAsTheBufferSays) {
  const auto data = noise(704 * 6);
  write(folder / "raw", data);
  const auto frames =
      play(from_file("filesrc name=source blocksize=4224 ! capsfilter caps=video/x-bayer,format=bggr,width=641,"
                     "height=6,framerate=50/1 ! appsink name=sink"),
           source());
  LONGS_EQUAL(1, frames.size());
  CHECK(same_lines(frames[0], data, 0, 704));
}

TEST(PixelLayout, PaddingThatTheVideoMetaTellsIsSkipped) {
  const auto data = noise(std::size_t{128} * 50 * frame_count);
  write(folder / "raw", data);
  const auto frames =
      play(from_file("filesrc name=source ! rawvideoparse format=gray8 width=101 height=50 framerate=50/1 "
                     "plane-strides=<(int)128> frame-size=6400 ! appsink name=sink"),
           source());
  LONGS_EQUAL(frame_count, frames.size());
  CHECK(same_lines(frames[1], data, 6400, 128));
}

TEST(PixelLayout, AFrameWithoutATimeFollowsTheOneBeforeByAPeriod) {
  write(folder / "raw", noise(100 * frame_count));
  const auto frames =
      play(from_file("filesrc name=source blocksize=100 ! capsfilter caps=video/x-raw,format=GRAY8,width=20,"
                     "height=5,framerate=50/1 ! appsink name=sink"),
           source());
  LONGS_EQUAL(frame_count, frames.size());
  LONGS_EQUAL(0, frames[0].sensor.count());
  LONGS_EQUAL(40'000'000, frames[2].sensor.count());
}

TEST(PixelLayout, ABufferSmallerThanAFrameIsCorruptedAndHasNoPixels) {
  write(folder / "raw", noise(150));
  const auto frames =
      play(from_file("filesrc name=source blocksize=100 ! capsfilter caps=video/x-raw,format=GRAY8,width=20,"
                     "height=5,framerate=50/1 ! appsink name=sink"),
           source());
  LONGS_EQUAL(2, frames.size());
  CHECK_FALSE(frames[0].corrupted);
  CHECK(frames[1].corrupted);
  LONGS_EQUAL(0, frames[1].lines.size());
}
