#include <regex>
#include <set>

#include "CppUTest/TestHarness.h"
#include "config/field_value.hpp"
#include "config/fields.hpp"
#include "config/rig.hpp"
#include "rigs.hpp"

using namespace tarsier;

TEST_GROUP(RigFields){static bool is_number(const Field& field){return field.type == FieldType::integer ||
                                                                       field.type == FieldType::number;
}
}
;

TEST(RigFields, every_field_is_there_once_and_below_a_field) {
  std::set<std::string> patterns;
  for (const Field& field : rig_fields()) {
    const auto parent = field.pattern.substr(0, field.pattern.rfind('/'));
    CHECK_TEXT(field.pattern.empty() || patterns.contains(parent), field.pattern.c_str());
    CHECK_TEXT(patterns.insert(field.pattern).second, field.pattern.c_str());
  }
}

TEST(RigFields, every_field_is_explained_in_one_line) {
  for (const Field& field : rig_fields()) {
    CHECK_TEXT(!field.help.empty() && field.help.back() == '.' && field.help.find('\n') == std::string::npos,
               field.pattern.c_str());
  }
}

TEST(RigFields, every_number_has_a_range_or_choices) {
  for (const Field& field : rig_fields()) {
    const bool bounded = (field.minimum || field.above) && field.maximum;
    CHECK_TEXT(!is_number(field) || bounded || !field.choices.empty(), field.pattern.c_str());
  }
}

TEST(RigFields, the_unit_in_the_name_is_the_unit_of_the_field) {
  const std::vector<std::pair<std::string, std::string>> units{
      {"_ms", "ms"}, {"_s", "s"}, {"_px", "px"}, {"_mib", "MiB"}, {"_deg", "degrees"}};
  for (const Field& field : rig_fields()) {
    for (const auto& [suffix, unit] : units) {
      if (is_number(field) && field.name().ends_with(suffix)) STRCMP_EQUAL(unit.c_str(), field.unit.c_str());
    }
  }
}

TEST(RigFields, every_default_is_accepted_by_its_own_field) {
  for (const Field& field : rig_fields()) {
    if (field.fallback) CHECK_TEXT(accepted(field, *field.fallback).has_value(), field.pattern.c_str());
  }
}

TEST(RigFields, the_defaults_are_those_of_the_structs) {
  const auto rig = parse_rig(least_rig());
  Rig expected;
  expected.experiment = "e";
  expected.device = rig->device;
  expected.cameras.resize(1);
  expected.cameras[0].name = "a";
  expected.cameras[0].source = rig->cameras[0].source;
  CHECK(*rig == expected);
}
