#include "cli/reduce_jobs.hpp"

#include <CppUTest/TestHarness.h>

#include <fstream>
#include <string>

#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(ReduceJobs) {
  TemporaryFolder folder;

  // Each a recording of its own.
  static std::vector<InputGroup> inputs(const std::vector<std::filesystem::path>& files) {
    std::vector<InputGroup> groups;
    for (const auto& file : files) groups.push_back({{ReplayKind::video, {file}, {}}, file.stem().string(), {file}});
    return groups;
  }
  // Input and output of each job.
  static std::string paired(const Result<std::vector<ReduceJob>>& jobs) {
    std::string text;
    for (const auto& job : *jobs) text += job.title() + " " + job.output.string() + "\n";
    return text;
  }
  std::filesystem::path made(const std::string& name) const {
    std::ofstream(folder / name) << "precious";
    return folder / name;
  }
};

TEST(ReduceJobs, one_input_becomes_one_file) {
  const auto jobs = reduce_jobs(inputs({"a.mp4"}), folder / "out.h5");
  CHECK_EQUAL("a.mp4 " + (folder / "out.h5").string() + "\n", paired(jobs));
}

TEST(ReduceJobs, into_a_folder_the_file_is_named_after_its_input) {
  CHECK_EQUAL("in/a.x.mp4 " + (folder / "a.x.h5").string() + "\n",
              paired(reduce_jobs(inputs({"in/a.x.mp4"}), folder.path())));
  CHECK_EQUAL(std::string("a.mp4 new/a.h5\n"), paired(reduce_jobs(inputs({"a.mp4"}), "new/")));
}

TEST(ReduceJobs, several_inputs_become_a_file_each) {
  const auto jobs = reduce_jobs(inputs({"a.mp4", "in/b.h5"}), "new");
  CHECK_EQUAL(std::string("a.mp4 new/a.h5\nin/b.h5 new/b.h5\n"), paired(jobs));
}

TEST(ReduceJobs, several_inputs_want_a_folder) {
  for (const auto& output : {folder / "out.h5", made("file")}) {
    const auto refused = reduce_jobs(inputs({"a.mp4", "b.mp4"}), output);
    CHECK(!refused.has_value() && refused.error().wrong_use);
    STRCMP_CONTAINS("-o DIR", refused.error().message.c_str());
  }
}

TEST(ReduceJobs, two_inputs_of_one_name_are_refused) {
  const auto refused = reduce_jobs(inputs({"x/a.mp4", "y/a.avi"}), folder.path());
  CHECK(!refused.has_value() && refused.error().wrong_use);
  STRCMP_CONTAINS("x/a.mp4", refused.error().message.c_str());
  STRCMP_CONTAINS("y/a.avi", refused.error().message.c_str());
}

TEST(ReduceJobs, an_output_that_is_there_is_refused) {
  const auto refused = reduce_jobs(inputs({"a.mp4"}), made("out.h5"));
  CHECK(!refused.has_value() && refused.error().wrong_use);
  STRCMP_CONTAINS("never overwritten", refused.error().message.c_str());
}

TEST(ReduceJobs, one_output_of_many_that_is_there_refuses_all) {
  made("b.h5");
  CHECK(!reduce_jobs(inputs({"a.mp4", "b.mp4"}), folder.path()).has_value());
}

TEST(ReduceJobs, a_link_that_leads_nowhere_counts_as_there) {
  std::filesystem::create_symlink("nowhere", folder / "out.h5");
  CHECK(!reduce_jobs(inputs({"a.mp4"}), folder / "out.h5").has_value());
}

TEST(ReduceJobs, a_sequence_of_many_files_is_named_by_its_first) {
  InputGroup group{{ReplayKind::images, {"a1.png", "a2.png"}, {}}, "a1", {"a1.png", "a2.png"}};
  const auto jobs = reduce_jobs({group}, "new/");
  CHECK_EQUAL(std::string("a1.png and 1 more new/a1.h5\n"), paired(jobs));
}
