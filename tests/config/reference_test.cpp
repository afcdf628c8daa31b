#include "config/reference.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "CppUTest/TestHarness.h"
#include "config/fields.hpp"

using namespace tarsier;

namespace {

constexpr auto committed = TARSIER_SOURCE_DIR "/docs/configuration.md";

}  // namespace

TEST_GROUP(Reference){};

TEST(Reference, the_committed_page_is_that_of_the_field_table) {
  if (std::getenv("TARSIER_WRITE_SCHEMA") != nullptr) std::ofstream(committed) << rig_reference();
  std::stringstream text;
  text << std::ifstream(committed).rdbuf();
  CHECK_TEXT(text.str() == rig_reference(), "write it anew: tarsier schema --reference > docs/configuration.md");
}

TEST(Reference, every_key_has_its_line) {
  const std::string page = rig_reference();
  for (const Field& field : rig_fields()) {
    const bool there = field.pattern.empty() || page.find("| `" + field.pattern + "` |") != std::string::npos;
    CHECK_TEXT(there, field.pattern.c_str());
  }
  STRCMP_CONTAINS("| `/cameras/*/source/exposure_us` |", page.c_str());
}
