#include "config/pipeline.hpp"

#include "CppUTest/TestHarness.h"
#include "config/pipeline_fields.hpp"
#include "rigs.hpp"

using namespace tarsier;

namespace {

Json description() {
  return json_of(
      R"({"summary": "A camera.", "launch": ["v4l2src name=source", "capsfilter name=format", "appsink name=sink"],
    "live": true, "counts_frames": true, "plugin_memory_mib": 1.5, "frames_held": 4, "parameters": [
      {"name": "device", "type": "path", "help": "The camera.", "sets": "source.device", "required": true},
      {"name": "width_px", "type": "integer", "help": "Width.", "sets": "format.caps.width", "default": 640, "minimum": 1, "maximum": 65535},
      {"name": "format", "type": "string", "help": "Format.", "sets": "format.caps.format", "choices": ["GRAY8", "NV12"]}]})");
}

// The message for the description after `patch` of its parameter `index`.
std::string refused(std::size_t index, std::string_view patch) {
  Json document = description();
  document["parameters"][index] = merge_patch(document["parameters"][index], json_of(patch));
  const auto pipeline = parse_pipeline("mine", document);
  return pipeline ? "" : pipeline.error().message;
}

}  // namespace

TEST_GROUP(Pipeline){};

TEST(Pipeline, a_description_is_read) {
  const auto pipeline = parse_pipeline("mine", description());
  CHECK_TEXT(pipeline.has_value(), pipeline ? "" : pipeline.error().message.c_str());
  STRCMP_EQUAL("v4l2src name=source ! capsfilter name=format ! appsink name=sink", pipeline->launch.c_str());
  CHECK_EQUAL(1536 * 1024, pipeline->plugin_memory.count);
  CHECK(pipeline->live && pipeline->counts_frames && pipeline->frames_held == 4);
  CHECK(pipeline->find("width_px")->fallback == Json(640));
  CHECK(pipeline->find("device")->required && pipeline->find("device")->type == ParameterType::path);
  CHECK_EQUAL(2, pipeline->find("format")->choices.size());
  CHECK(pipeline->find("gain") == nullptr);
}

TEST(Pipeline, an_unknown_key_is_refused) {
  Json document = description();
  document["lauch"] = "x";
  STRCMP_EQUAL("pipeline mine: 1 problem\n  /lauch: unknown key; did you mean launch?",
               parse_pipeline("mine", document).error().message.c_str());
}

TEST(Pipeline, a_launch_line_ends_in_the_sink) {
  Json document = description();
  document["launch"].erase(2);
  STRCMP_CONTAINS("/launch: must end in \"appsink name=sink\"",
                  parse_pipeline("mine", document).error().message.c_str());
}

TEST(Pipeline, a_parameter_sets_an_element_that_is_there) {
  STRCMP_CONTAINS(
      "/parameters/0/sets: no element of the launch line has name=sorce; those with a name are format, sink, source",
      refused(0, R"({"sets": "sorce.device"})").c_str());
  STRCMP_CONTAINS("/parameters/0/sets: \"device\" is not allowed", refused(0, R"({"sets": "device"})").c_str());
  STRCMP_EQUAL("", refused(0, R"({"sets": ""})").c_str());
}

TEST(Pipeline, a_default_keeps_to_the_parameters_own_rules) {
  STRCMP_CONTAINS("/parameters/1/default: 0 is not allowed; expected an integer from 1 to 65535",
                  refused(1, R"({"default": 0})").c_str());
  STRCMP_CONTAINS("/parameters/1/default: \"wide\" is not allowed", refused(1, R"({"default": "wide"})").c_str());
  STRCMP_CONTAINS("/parameters/2/default: \"RGB\" is not allowed; expected one of GRAY8, NV12",
                  refused(2, R"({"default": "RGB"})").c_str());
  STRCMP_CONTAINS("/parameters/0/default: never used", refused(0, R"({"default": "/dev/video0"})").c_str());
}

TEST(Pipeline, limits_are_for_numbers_and_choices_for_strings) {
  STRCMP_CONTAINS("/parameters/2: minimum and maximum are for integers and numbers",
                  refused(2, R"({"minimum": 1})").c_str());
  STRCMP_CONTAINS("/parameters/1/choices: choices are for strings", refused(1, R"({"choices": ["a"]})").c_str());
  STRCMP_CONTAINS("/parameters/1/minimum: 700 is above the maximum 650",
                  refused(1, R"({"minimum": 700, "maximum": 650})").c_str());
}

TEST(Pipeline, a_parameter_has_a_name_of_its_own) {
  STRCMP_CONTAINS("/parameters/1/name: device is described twice", refused(1, R"({"name": "device"})").c_str());
  STRCMP_CONTAINS("/parameters/1/name: pipeline is the rig's own key", refused(1, R"({"name": "pipeline"})").c_str());
}

TEST(Pipeline, a_parameter_waits_for_the_next_run_unless_it_says_otherwise) {
  Json document = description();
  document["parameters"][1]["change"] = "live";
  const auto pipeline = parse_pipeline("mine", document);
  CHECK(pipeline->find("device")->change == FieldClass::arm);
  CHECK(pipeline->find("width_px")->change == FieldClass::live);
  const FieldTable fields = parameter_fields(*pipeline, "");
  CHECK(fields[0].change == FieldClass::arm && fields[1].change == FieldClass::live);
  STRCMP_CONTAINS("/parameters/0/change: \"now\" is not allowed; expected one of live, arm, local",
                  refused(0, R"({"change": "now"})").c_str());
}

TEST(Pipeline, controls_of_cameras_are_live_in_every_installed_pipeline) {
  int controls = 0;
  for (const std::string& name : installed_pipelines()) {
    const auto pipeline = load_pipeline(name);
    for (const PipelineParameter& parameter : pipeline->parameters) {
      if (parameter.sets.find(".controls.") == std::string::npos) continue;
      ++controls;
      CHECK_TEXT(parameter.change == FieldClass::live, (name + " " + parameter.name).c_str());
    }
  }
  CHECK(controls > 0);
}
