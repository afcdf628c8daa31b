#include <CppUTest/TestHarness.h>
#include <gst/gst.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "capture/gst_handles.hpp"
#include "recording_intake.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

const std::filesystem::path mouse = std::filesystem::path(TARSIER_SOURCE_DIR) / "tests/data/mouse.mp4";

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

// One second of silence.
std::string wave_file() {
  const auto word = [](std::uint32_t value, int bytes) {
    std::string text;
    for (int byte = 0; byte < bytes; ++byte) text.push_back(static_cast<char>(value >> (8 * byte)));
    return text;
  };
  return "RIFF" + word(36 + 8000, 4) + "WAVEfmt " + word(16, 4) + word(1, 2) + word(1, 2) + word(8000, 4) +
         word(8000, 4) + word(1, 2) + word(8, 2) + "data" + word(8000, 4) + std::string(8000, '\x80');
}

}  // namespace

TEST_GROUP(FileSource) {
  TemporaryFolder folder;

  void setup() override { CHECK(initialise_gstreamer().has_value()); }

  PipelineDescription installed() { return load_pipeline("file").value(); }
  SourceConfig source(const std::filesystem::path& path) { return {"file", {{"location", path.string()}}}; }
  std::string error_of(const std::filesystem::path& path) {
    const auto facts = probe_source(source(path), installed());
    CHECK_FALSE(facts.has_value());
    return facts ? "" : facts.error().message;
  }
  void make(const std::string& launch) {
    const Owned<GstElement> bin(GST_ELEMENT(gst_object_ref_sink(gst_parse_launch(launch.c_str(), nullptr))));
    gst_element_set_state(bin.get(), GST_STATE_PLAYING);
    const Owned<GstBus> bus(gst_element_get_bus(bin.get()));
    constexpr auto types = static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    const Owned<GstMessage> message(gst_bus_timed_pop_filtered(bus.get(), 60 * GST_SECOND, types));
    CHECK_TEXT(message && GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS, launch.c_str());
    gst_element_set_state(bin.get(), GST_STATE_NULL);
  }
  // 60 frames of 64x48.
  std::string made(const std::string& container, const std::string& encoder) {
    const auto path = folder / "made";
    make("videotestsrc num-buffers=60 pattern=ball ! video/x-raw,width=64,height=48 ! " + encoder + " ! " + container +
         " ! filesink location=" + path.string());
    return content_of(path);
  }
  // Plays to the end; only that it ends is asked for.
  std::size_t frames_of(const std::filesystem::path& path) {
    const auto facts = probe_source(source(path), installed());
    if (!facts) return 0;
    RecordingIntake intake(SIZE_MAX, false);
    Camera camera("a", source(path), installed(), *facts, intake);
    CHECK(camera.start().has_value());
    CHECK(supervise_until(camera, intake, [&] { return camera.ended(); }));
    return intake.count();
  }
};

TEST(FileSource, ProbeTellsWhatTheVideoHolds) {
  const auto facts = probe_source(source(mouse), installed());
  CHECK_TEXT(facts.has_value(), facts ? "" : facts.error().message.c_str());
  CHECK(facts->size == (ImageSize{640, 480}));
  CHECK(facts->format == PixelFormat::i420);
  DOUBLES_EQUAL(30, facts->frames_per_s, 0.01);
  CHECK(facts->luma_range == LumaRange::unknown);  // the file doesn't say
  CHECK(facts->frames == std::optional<std::uint64_t>(10000));
}

TEST(FileSource, EveryFrameComesInTheOrderOfItsTime) {
  const auto facts = probe_source(source(mouse), installed()).value();
  RecordingIntake intake(SIZE_MAX, false);
  Camera camera("a", source(mouse), installed(), facts, intake);
  CHECK(camera.start().has_value());
  CHECK(supervise_until(camera, intake, [&] { return camera.ended(); }));
  const auto frames = intake.frames();
  LONGS_EQUAL(*facts.frames, frames.size());
  LONGS_EQUAL(0, frames[0].sensor.count());
  for (std::size_t index = 1; index < frames.size(); ++index) {
    DOUBLES_EQUAL(1e9 / 30, static_cast<double>((frames[index].sensor - frames[index - 1].sensor).count()), 2);
    CHECK_FALSE(frames[index].sequence.has_value());
  }
  CHECK(camera.status().state == CameraState::ended);
}

TEST(FileSource, AFileWithoutVideoIsRefused) {
  write(folder / "sound.wav", wave_file());
  STRCMP_CONTAINS("holds no video", error_of(folder / "sound.wav").c_str());
}

TEST(FileSource, AFileThatIsNoRecordingIsRefused) {
  write(folder / "text.mp4", "These are words and not pictures, but there are enough of them to look at twice.\n");
  STRCMP_CONTAINS("text.mp4", error_of(folder / "text.mp4").c_str());
  write(folder / "empty.mp4", "");
  STRCMP_CONTAINS("empty.mp4", error_of(folder / "empty.mp4").c_str());
}

TEST(FileSource, AFileThatIsNotThereIsRefused) {
  STRCMP_CONTAINS("there is no such file", error_of(folder / "nowhere.mp4").c_str());
}

TEST(FileSource, ATruncatedVideoEndsWithTheFramesThatItHas) {
  const auto whole = made("avimux", "jpegenc");
  for (const std::size_t part : {whole.size() / 10, whole.size() / 2, whole.size() - 100}) {
    write(folder / "part.avi", whole.substr(0, part));
    CHECK(frames_of(folder / "part.avi") <= 60);
  }
}

TEST(FileSource, ADamagedVideoEnds) {
  for (const char* container : {"avimux", "matroskamux", "qtmux"}) {
    auto damaged = made(container, "jpegenc");
    for (std::size_t at = damaged.size() / 3; at < damaged.size() * 2 / 3; at += 97)
      damaged[at] = static_cast<char>(at);
    write(folder / "damaged", damaged);
    CHECK_TEXT(frames_of(folder / "damaged") <= 120, container);
  }
}

TEST(FileSource, SoundBesideTheVideoIsLeftAlone) {
  const auto path = folder / "sound.avi";
  make("videotestsrc num-buffers=60 ! video/x-raw,width=64,height=48 ! jpegenc ! avimux name=mux ! filesink location=" +
       path.string() + " audiotestsrc num-buffers=90 ! mux.");
  LONGS_EQUAL(60, frames_of(path));
}

TEST(FileSource, JpegLumaHasTheFullRange) {
  write(folder / "a.avi", made("avimux", "jpegenc"));
  const auto facts = probe_source(source(folder / "a.avi"), installed());
  CHECK(facts.has_value());
  CHECK(facts->luma_range == LumaRange::full);
}

TEST(FileSource, ASourceThatTurnsOutDifferentFails) {
  auto facts = probe_source(source(mouse), installed()).value();
  facts.size.width_px = 320;
  RecordingIntake intake;
  Camera camera("a", source(mouse), installed(), facts, intake);
  CHECK(camera.start().has_value());
  CHECK(supervise_until(camera, intake, [&] { return camera.ended(); }));
  CHECK(camera.status().state == CameraState::failed);
  STRCMP_CONTAINS("640x480 i420 instead of 320x480 i420", camera.status().last_error.c_str());
  LONGS_EQUAL(0, intake.count());
}

TEST(FileSource, APixelFormatThatIsNotAcceptedIsNamed) {
  const auto facts =
      probe_source({}, description("videotestsrc name=source num-buffers=3 ! video/x-raw,format=I420_10LE ! "
                                   "identity name=decoder ! appsink name=sink"));
  CHECK_FALSE(facts.has_value());
  STRCMP_CONTAINS("I420_10LE", facts.error().message.c_str());
  STRCMP_CONTAINS("GRAY8, GRAY16_LE", facts.error().message.c_str());
}

TEST(FileSource, AStreamThatThePipelineCannotDecodeIsToldFromAPixelFormat) {
  write(folder / "a.avi", made("avimux", "jpegenc"));
  const auto launch = "filesrc name=source location=" + (folder / "a.avi").string() +
                      " ! avidemux ! image/png ! pngdec name=decoder ! appsink name=sink";
  const auto facts = probe_source({}, description(launch));
  CHECK_FALSE(facts.has_value());
  STRCMP_CONTAINS("another codec", facts.error().message.c_str());
}
