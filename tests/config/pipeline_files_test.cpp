#include <cstdlib>
#include <fstream>

#include "CppUTest/TestHarness.h"
#include "config/pipeline.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(PipelineFiles) {
  TemporaryFolder folder;
  void setup() override { ::setenv("TARSIER_PIPELINES", folder.path().c_str(), 1); }
  void teardown() override { ::unsetenv("TARSIER_PIPELINES"); }
  void write(const std::string& name, const char* text = R"({"summary": "s", "plugin_memory_mib": 1,
    "launch": ["fakesrc name=source", "appsink name=sink"]})") const {
    std::ofstream(folder / name) << text;
  }
};

TEST(PipelineFiles, installed_pipelines_are_listed_by_name_and_loaded) {
  write("b.json");
  write("a.json");
  write("README.md", "no pipeline");
  CHECK(installed_pipelines() == (std::vector<std::string>{"a", "b"}));
  STRCMP_EQUAL("a", load_pipeline("a")->name.c_str());
}

TEST(PipelineFiles, a_name_that_is_not_there_is_refused_with_those_that_are) {
  write("v4l2.json");
  const auto error = load_pipeline("v4l").error();
  STRCMP_CONTAINS("no pipeline v4l is installed; did you mean v4l2?; those in ", error.message.c_str());
  CHECK_TRUE(error.wrong_use);
}

TEST(PipelineFiles, a_file_of_ones_own_is_loaded_by_its_path) {
  write("mine.json");
  CHECK(is_own_pipeline("./mine") && is_own_pipeline("mine.json") && !is_own_pipeline("mine"));
  CHECK(load_pipeline(folder / "mine.json").has_value());
}

TEST(PipelineFiles, a_file_that_is_wrong_is_named) {
  write("bad.json", "{");
  STRCMP_CONTAINS("bad.json: line 1, column 2", load_pipeline("bad").error().message.c_str());
  write("poor.json", "{}");
  STRCMP_CONTAINS("pipeline poor: 3 problems", load_pipeline("poor").error().message.c_str());
}

TEST(PipelineFiles, a_folder_that_is_missing_holds_none) {
  ::setenv("TARSIER_PIPELINES", (folder / "none").c_str(), 1);
  CHECK(installed_pipelines().empty());
  CHECK_FALSE(load_pipeline("test").has_value());
}

TEST(PipelineFiles, those_of_the_product_are_all_right) {
  ::unsetenv("TARSIER_PIPELINES");
  CHECK(!installed_pipelines().empty());
  for (const std::string& name : installed_pipelines()) {
    const auto pipeline = load_pipeline(name);
    CHECK_TEXT(pipeline.has_value(), pipeline ? "" : pipeline.error().message.c_str());
  }
}
