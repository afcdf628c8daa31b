#include <CppUTest/TestHarness.h>
#include <gst/gst.h>

#include <regex>

#include "capture/gst_handles.hpp"
#include "capture/missing_element.hpp"
#include "capture/property.hpp"
#include "recording_intake.hpp"

using namespace tarsier;

namespace {

// "name=source" of "v4l2src name=source": the element's name by its place in the launch line.
std::vector<std::string> segments(const std::string& launch) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (auto mark = launch.find(" ! "); mark != std::string::npos; mark = launch.find(" ! ", start)) {
    parts.push_back(launch.substr(start, mark - start));
    start = mark + 3;
  }
  parts.push_back(launch.substr(start));
  return parts;
}

std::string factory_of(const std::string& segment) { return segment.substr(0, segment.find(' ')); }

bool installed(const std::string& launch) {
  for (const auto& segment : segments(launch)) {
    GstElementFactory* factory = gst_element_factory_find(factory_of(segment).c_str());
    if (factory == nullptr) return false;
    gst_object_unref(factory);
  }
  return true;
}

}  // namespace

TEST_GROUP(Pipelines){void setup() override{CHECK(initialise_gstreamer().has_value());
}
}
;

TEST(Pipelines, ThereIsOneForEachKindOfSource) {
  const auto names = installed_pipelines();
  for (const char* name : {"file", "images", "jetson", "libcamera", "rtsp", "test", "v4l2", "v4l2_mjpeg"}) {
    CHECK_TEXT(std::find(names.begin(), names.end(), name) != names.end(), name);
    const auto loaded = load_pipeline(name);
    CHECK_TEXT(loaded.has_value(), loaded ? "" : loaded.error().message.c_str());
  }
}

TEST(Pipelines, NothingInThemDropsRepeatsOrConvertsFrames) {
  for (const auto& name : installed_pipelines()) {
    const auto launch = load_pipeline(name).value().launch;
    for (const char* forbidden :
         {"leaky", "videorate", "videoconvert", "autovideoconvert", "videoscale", "tee ", "valve",
          "drop=", "drop-on-latency", "fakesink", "filesink", "playbin", "uridecodebin", "skip-frame"}) {
      CHECK_TEXT(launch.find(forbidden) == std::string::npos, (name + ": " + forbidden).c_str());
    }
  }
}

TEST(Pipelines, EveryQueueIsBoundedOnAllThreeLimits) {
  for (const auto& name : installed_pipelines()) {
    for (const auto& segment : segments(load_pipeline(name).value().launch)) {
      if (factory_of(segment) != "queue" && factory_of(segment) != "queue2") continue;
      CHECK_TEXT(std::regex_search(segment, std::regex("max-size-buffers=[1-9]")), name.c_str());
      CHECK_TEXT(segment.find("max-size-bytes=0") != std::string::npos, name.c_str());
      CHECK_TEXT(segment.find("max-size-time=0") != std::string::npos, name.c_str());
    }
  }
}

TEST(Pipelines, DecodebinIsThereOnlyWhereAnyCodecMayCome) {
  for (const auto& name : installed_pipelines()) {
    const bool present = load_pipeline(name).value().launch.find("decodebin") != std::string::npos;
    CHECK_TEXT(present == (name == "file" || name == "images"), name.c_str());
  }
}

TEST(Pipelines, EndInTheSinkAndNameTheirSource) {
  for (const auto& name : installed_pipelines()) {
    const auto parts = segments(load_pipeline(name).value().launch);
    STRCMP_EQUAL_TEXT("appsink name=sink", parts.back().c_str(), name.c_str());
    CHECK_TEXT(parts.front().find(" name=source") != std::string::npos, name.c_str());
  }
}

TEST(Pipelines, EveryParameterSetsAnElementThatIsThere) {
  for (const auto& name : installed_pipelines()) {
    const auto pipeline = load_pipeline(name).value();
    for (const auto& parameter : pipeline.parameters) {
      if (parameter.sets.empty()) continue;
      const auto element = "name=" + parameter.sets.substr(0, parameter.sets.find('.'));
      CHECK_TEXT(pipeline.launch.find(element) != std::string::npos, (name + ": " + parameter.sets).c_str());
    }
  }
}

TEST(Pipelines, ThoseWhoseElementsAreInstalledParse) {
  for (const auto& name : installed_pipelines()) {
    const auto pipeline = load_pipeline(name).value();
    if (!installed(pipeline.launch)) continue;
    GError* error = nullptr;
    GstElement* bin = gst_parse_launch_full(pipeline.launch.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
    CHECK_TEXT(error == nullptr && bin != nullptr, name.c_str());
    const Owned<GstElement> owned(GST_ELEMENT(gst_object_ref_sink(bin)));
    for (const auto& parameter : pipeline.parameters) {
      const auto dot = parameter.sets.find('.');
      // libcamerasrc's properties come with its version.
      if (dot == std::string::npos || parameter.sets.find('.', dot + 1) != std::string::npos || name == "libcamera")
        continue;
      const Owned<GstElement> element(gst_bin_get_by_name(GST_BIN(bin), parameter.sets.substr(0, dot).c_str()));
      CHECK_TEXT(has_property(element.get(), parameter.sets.substr(dot + 1)), (name + ": " + parameter.sets).c_str());
    }
  }
}

TEST(Pipelines, AnElementThatIsMissingNamesWhatToInstall) {
  const auto facts = probe_source({}, description("libcamerasrc_of_tomorrow name=source ! appsink name=sink", true));
  CHECK_FALSE(facts.has_value());
  STRCMP_CONTAINS("libcamerasrc_of_tomorrow is not installed", facts.error().message.c_str());
  STRCMP_CONTAINS("gstreamer1.0-libcamera", facts.error().message.c_str());
}

TEST(Pipelines, EveryElementOfThemHasAPackage) {
  for (const auto& name : installed_pipelines()) {
    for (const auto& segment : segments(load_pipeline(name).value().launch)) {
      const auto factory = factory_of(segment);
      if (factory == "filesrc" || factory == "queue" || factory == "capsfilter") continue;  // the core's own
      CHECK_TEXT(remedy_for_element(factory).find("install") == 0, factory.c_str());
    }
  }
}

TEST(Pipelines, ADecoderThatIsMissingNamesWhatToInstall) {
  GstStructure* facts = gst_structure_from_string(
      "missing-plugin, type=(string)decoder, detail=(string)video/x-ms-asf, name=(string)\"Advanced Streaming Format\"",
      nullptr);
  const Owned<GstMessage> message(gst_message_new_element(nullptr, facts));
  STRCMP_CONTAINS("Advanced Streaming Format", missing_plugin(message.get()).c_str());
  STRCMP_CONTAINS("gstreamer1.0-plugins-ugly", missing_plugin(message.get()).c_str());
}
