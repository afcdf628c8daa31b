#include "cli/reduce_jobs.hpp"

#include <CppUTest/TestHarness.h>

#include <fstream>

#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(ReduceJobs) {
  TemporaryFolder folder;

  std::filesystem::path made(const std::string& name) const {
    std::ofstream(folder / name) << "precious";
    return folder / name;
  }
};

TEST(ReduceJobs, one_input_becomes_one_file) {
  const auto jobs = reduce_jobs({"a.mp4"}, folder / "out.h5");
  CHECK(*jobs == (std::vector<ReduceJob>{{"a.mp4", folder / "out.h5"}}));
}

TEST(ReduceJobs, into_a_folder_the_file_is_named_after_its_input) {
  CHECK(*reduce_jobs({"in/a.x.mp4"}, folder.path()) == (std::vector<ReduceJob>{{"in/a.x.mp4", folder / "a.x.h5"}}));
  CHECK(*reduce_jobs({"a.mp4"}, "new/") == (std::vector<ReduceJob>{{"a.mp4", "new/a.h5"}}));
}

TEST(ReduceJobs, several_inputs_become_a_file_each) {
  const auto jobs = reduce_jobs({"a.mp4", "in/b.h5"}, "new");
  CHECK(*jobs == (std::vector<ReduceJob>{{"a.mp4", "new/a.h5"}, {"in/b.h5", "new/b.h5"}}));
}

TEST(ReduceJobs, several_inputs_want_a_folder) {
  for (const auto& output : {folder / "out.h5", made("file")}) {
    const auto refused = reduce_jobs({"a.mp4", "b.mp4"}, output);
    CHECK(!refused.has_value() && refused.error().wrong_use);
    STRCMP_CONTAINS("-o DIR", refused.error().message.c_str());
  }
}

TEST(ReduceJobs, two_inputs_of_one_name_are_refused) {
  const auto refused = reduce_jobs({"x/a.mp4", "y/a.avi"}, folder.path());
  CHECK(!refused.has_value() && refused.error().wrong_use);
  STRCMP_CONTAINS("x/a.mp4", refused.error().message.c_str());
  STRCMP_CONTAINS("y/a.avi", refused.error().message.c_str());
}

TEST(ReduceJobs, an_output_that_is_there_is_refused) {
  const auto refused = reduce_jobs({"a.mp4"}, made("out.h5"));
  CHECK(!refused.has_value() && refused.error().wrong_use);
  STRCMP_CONTAINS("never overwritten", refused.error().message.c_str());
}

TEST(ReduceJobs, one_output_of_many_that_is_there_refuses_all) {
  made("b.h5");
  CHECK(!reduce_jobs({"a.mp4", "b.mp4"}, folder.path()).has_value());
}

TEST(ReduceJobs, a_link_that_leads_nowhere_counts_as_there) {
  std::filesystem::create_symlink("nowhere", folder / "out.h5");
  CHECK(!reduce_jobs({"a.mp4"}, folder / "out.h5").has_value());
}
