#include "capture/parameters.hpp"

#include <CppUTest/TestHarness.h>

#include <filesystem>

#include "capture/property.hpp"
#include "recording_intake.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(Parameters) {
  TemporaryFolder folder;

  void setup() override { CHECK(initialise_gstreamer().has_value()); }

  std::string error_of(const std::string& pipeline, const std::map<std::string, Json>& parameters, bool wrong_use) {
    const auto facts = probe_source({pipeline, parameters}, load_pipeline(pipeline).value());
    CHECK_FALSE(facts.has_value());
    if (facts) return "";
    CHECK_TEXT(facts.error().wrong_use == wrong_use, facts.error().message.c_str());
    return facts.error().message;
  }
  std::string refusal(const std::string& type_sets, const Json& value) {
    const auto facts = probe_with(type_sets, value);
    CHECK_FALSE_TEXT(facts.has_value(), type_sets.c_str());
    return facts ? "" : facts.error().message;
  }
  Result<SourceFacts> probe_with(const std::string& type_sets, const Json& value) {
    auto pipeline = description("videotestsrc name=source ! capsfilter name=format ! appsink name=sink", true);
    PipelineParameter parameter;
    parameter.name = "mine";
    parameter.type = value.is_string()           ? ParameterType::string
                     : value.is_boolean()        ? ParameterType::boolean
                     : value.is_number_integer() ? ParameterType::integer
                                                 : ParameterType::number;
    parameter.sets = type_sets;
    pipeline.parameters.push_back(parameter);
    return probe_source({"mine", {{"mine", value}}}, pipeline);
  }
};

TEST(Parameters, TextThatLooksLikeAPipelineIsOnlyAValue) {
  const auto stolen = folder / "stolen";
  const auto hostile = "x ! filesink location=" + stolen.string();
  STRCMP_CONTAINS("there is no such file", error_of("v4l2", {{"device", hostile}}, false).c_str());
  STRCMP_CONTAINS("there is no such file", error_of("file", {{"location", hostile}}, false).c_str());
  CHECK_FALSE(error_of("rtsp", {{"location", hostile}}, false).empty());
  CHECK_FALSE(error_of("test", {{"pattern", hostile}}, true).empty());
  CHECK_FALSE(error_of("test", {{"format", "GRAY8,width=7 ! filesink"}}, true).empty());
  CHECK_FALSE(std::filesystem::exists(stolen));
}

TEST(Parameters, AnUnknownOneIsRefusedAndTheKnownAreListed) {
  const auto message = error_of("test", {{"gian", 1}}, true);
  STRCMP_CONTAINS("gian", message.c_str());
  STRCMP_CONTAINS("pattern", message.c_str());
}

TEST(Parameters, AMissingRequiredOneIsNamed) {
  STRCMP_CONTAINS("location is missing", error_of("file", {}, true).c_str());
}

TEST(Parameters, TypesRangesAndChoicesAreChecked) {
  STRCMP_CONTAINS("source.width_px: is not a whole number", error_of("test", {{"width_px", "wide"}}, true).c_str());
  STRCMP_CONTAINS("source.width_px: is below 1", error_of("test", {{"width_px", 0}}, true).c_str());
  STRCMP_CONTAINS("source.width_px: is above", error_of("test", {{"width_px", 1000000000}}, true).c_str());
  STRCMP_CONTAINS("is none of", error_of("test", {{"pattern", "plaid"}}, true).c_str());
}

TEST(Parameters, TheElementsOwnBoundsHoldWithoutAnyInTheDescription) {
  STRCMP_CONTAINS("0 to", refusal("source.timestamp-offset", -5).c_str());
  STRCMP_CONTAINS("-2147483648 to", refusal("source.kx", std::int64_t{1} << 40).c_str());
  STRCMP_CONTAINS("smpte", refusal("source.pattern", "plaid").c_str());
  STRCMP_CONTAINS("true or false", refusal("source.is-live", "yes").c_str());
  CHECK(probe_with("source.is-live", true).has_value());
}

TEST(Parameters, APropertyThatThisVersionLacksIsAClearError) {
  const auto facts = probe_with("source.exposure-time", 8000);
  CHECK_FALSE(facts.has_value());
  STRCMP_CONTAINS("this version of videotestsrc has no property exposure-time", facts.error().message.c_str());
  STRCMP_CONTAINS("source.mine", facts.error().message.c_str());
}

TEST(Parameters, AnElementThatIsNotThereIsAnError) {
  STRCMP_CONTAINS("no element named other", refusal("other.pattern", 1).c_str());
}

TEST(Parameters, ControlsOfAnElementWithoutControlsAreAnError) {
  STRCMP_CONTAINS("has no controls", refusal("source.controls.gain", 1).c_str());
}

TEST(Parameters, APatternOfNumberedFilesHoldsOneNumberAndNothingElseOfPrintf) {
  for (const char* pattern : {"/tmp/%s.png", "/tmp/%n.png", "/tmp/%d-%d.png", "/tmp/%*d.png", "/tmp/%%d.png", "/tmp/%"})
    STRCMP_CONTAINS("%05d", error_of("images", {{"location", pattern}}, true).c_str());
  for (const char* pattern : {"/tmp/%d.png", "/tmp/frame-%05d.png"})
    CHECK(error_of("images", {{"location", pattern}}, false).find("percent sign") == std::string::npos);
}

TEST(Parameters, AFolderIsNoVideo) {
  STRCMP_CONTAINS("is a folder", error_of("file", {{"location", folder.path().string()}}, false).c_str());
}

TEST(Parameters, FrameRatesOfTelevisionAreFractionsOf1001) {
  CHECK(frame_rate_fraction(29.97) == std::pair(30000, 1001));
  CHECK(frame_rate_fraction(59.94) == std::pair(60000, 1001));
  CHECK(frame_rate_fraction(23.976) == std::pair(24000, 1001));
  CHECK(frame_rate_fraction(30) == std::pair(30, 1));
  CHECK(frame_rate_fraction(12.5) == std::pair(25, 2));
  CHECK(frame_rate_fraction(0.2) == std::pair(1, 5));
  CHECK(frame_rate_fraction(500) == std::pair(500, 1));
}

TEST(Parameters, ThePipelineLineShowsNoSecrets) {
  const SourceConfig source{"rtsp",
                            {{"location", "rtsp://me:se/cret@cam/1"}, {"password_file", "/etc/p"}, {"user", "me"}}};
  const auto line = pipeline_line(source, load_pipeline("rtsp").value());
  STRCMP_CONTAINS("location=\"rtsp://***@cam/1\"", line.c_str());
  STRCMP_CONTAINS("password_file=(secret)", line.c_str());
  CHECK(line.find("cret@") == std::string::npos);
  CHECK(line.find("/etc/p") == std::string::npos);
}
