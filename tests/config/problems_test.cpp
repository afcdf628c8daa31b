#include "CppUTest/TestHarness.h"
#include "rigs.hpp"

using namespace tarsier;

namespace {

// The list for the least rig after `patch`.
Json problems_after(std::string_view patch) {
  const auto rig = parse_rig(merge_patch(least_rig(), json_of(patch)));
  CHECK_FALSE(rig.has_value());
  return problems_json(rig.error());
}

}  // namespace

TEST_GROUP(Problems){};

TEST(Problems, a_value_out_of_range_comes_with_the_range) {
  const Json list = problems_after(R"({"memory": {"budget_mib": 2}})");
  CHECK(list == json_of(R"([{"pointer": "/memory/budget_mib",
    "message": "2 is not allowed; expected an integer from 16 to 1048576 MiB",
    "value": 2, "allowed": "an integer from 16 to 1048576 MiB"}])"));
}

TEST(Problems, an_unknown_key_comes_with_the_nearest_one_and_without_its_value) {
  const Json list = problems_after(R"({"memory": {"budget_mb": "secret"}})");
  CHECK_EQUAL(1, list.size());
  CHECK(list[0]["suggestion"] == "budget_mib");
  CHECK(list[0]["allowed"] == "budget_mib");
  STRCMP_CONTAINS("did you mean", list[0]["message"].get<std::string>().c_str());
  CHECK_FALSE(list[0].contains("value"));
}

TEST(Problems, a_pipeline_that_is_not_installed_comes_with_those_that_are) {
  Json rig = least_rig();
  rig["cameras"][0]["source"]["pipeline"] = "v4l3";
  const Json list = problems_json(parse_rig(rig).error());
  CHECK(list[0]["value"] == "v4l3");
  CHECK(list[0]["suggestion"] == "v4l2");
  STRCMP_CONTAINS("one of file, images, ", list[0]["allowed"].get<std::string>().c_str());
}

TEST(Problems, long_and_nested_values_are_left_out) {
  CHECK_FALSE(problems_after(R"({"memory": [1, 2]})")[0].contains("value"));
  const std::string patch = R"({"store": {"codec": ")" + std::string(300, 'x') + R"("}})";
  CHECK_FALSE(problems_after(patch)[0].contains("value"));
}

TEST(Problems, a_password_in_an_address_is_never_shown) {
  const std::string text = problems_after(R"({"store": {"codec": "rtsp://me:hunter2@camera/1"}})").dump();
  CHECK(text.find("hunter2") == std::string::npos);
  STRCMP_CONTAINS("rtsp://***@camera/1", text.c_str());
}
