// Rigs for the tests of config, and what is wrong with them.
#pragma once

#include <string>
#include <vector>

#include "CppUTest/TestHarness.h"
#include "config/parse.hpp"

namespace tarsier {

// The JSON of a text that a test writes; the test fails when it is none.
inline Json json_of(std::string_view text) {
  auto document = parse_json(text, "test");
  CHECK_TEXT(document.has_value(), document ? "" : document.error().message.c_str());
  return std::move(*document);
}

// The least rig that is right: one camera "a" from the pipeline test.
inline Json least_rig() {
  return json_of(R"({"experiment": "e", "cameras": [{"name": "a", "source": {"pipeline": "test"}}]})");
}

// "POINTER: MESSAGE" of every problem; empty when the rig is right.
inline std::vector<std::string> problems_of(const Json& document, const ParseOptions& options = {}) {
  const auto rig = parse_rig(document, options);
  std::vector<std::string> lines;
  if (rig) return lines;
  for (const RigProblem& problem : rig.error()) lines.push_back(problem.pointer + ": " + problem.message);
  return lines;
}

inline void check_lines(const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
  for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
    STRCMP_EQUAL(i < expected.size() ? expected[i].c_str() : "(nothing)",
                 i < actual.size() ? actual[i].c_str() : "(nothing)");
  }
}

// Checks that `patch` makes the least rig wrong in exactly these ways.
inline void check_problems(std::string_view patch, const std::vector<std::string>& expected) {
  check_lines(expected, problems_of(merge_patch(least_rig(), json_of(patch))));
}

// The least rig whose camera has these further keys.
inline Json rig_with_camera(std::string_view patch) {
  Json rig = least_rig();
  rig["cameras"][0] = merge_patch(rig["cameras"][0], json_of(patch));
  return rig;
}

inline void check_camera_problems(std::string_view patch, const std::vector<std::string>& expected) {
  check_lines(expected, problems_of(rig_with_camera(patch)));
}

// The only camera of a rig that must be right.
inline CameraConfig camera_of(std::string_view patch, const ParseOptions& options = {}) {
  const auto rig = parse_rig(rig_with_camera(patch), options);
  CHECK_TEXT(rig.has_value(), rig ? "" : to_error("rig", rig.error()).message.c_str());
  return rig->cameras.front();
}

}  // namespace tarsier
