#include "cli/command_line.hpp"

#include <CppUTest/TestHarness.h>

#include "cli/exit_code.hpp"

using namespace tarsier;

namespace {

void must_refuse(const std::vector<std::string>& words, const std::string& reason) {
  const auto invocation = understand(words);
  CHECK(!invocation.job);
  CHECK_EQUAL(exit_wrong_use, invocation.exit_code);
  STRCMP_CONTAINS(reason.c_str(), invocation.text.c_str());
  CHECK(invocation.text.starts_with("tarsier: "));
}

void must_understand(const std::vector<std::string>& words) {
  const auto invocation = understand(words);
  STRCMP_EQUAL("", invocation.text.c_str());
  CHECK(static_cast<bool>(invocation.job));
}

}  // namespace

TEST_GROUP(CommandLine){};

TEST(CommandLine, each_command_with_its_arguments_becomes_a_job) {
  must_understand({"run", "rig.json"});
  must_understand({"run", "rig.json", "--duration", "2.5", "--json"});
  must_understand({"reduce", "a.mp4", "--rig", "rig.json", "-o", "a.h5"});
  must_understand({"reduce", "a.mp4", "b.mp4", "--rig=rig.json", "--output=out"});
  must_understand({"reduce", "--rig=rig.json", "--output=out.h5", "--", "-a.mp4"});
  must_understand({"plan", "rig.json", "--fit", "-o", "b.json"});
  must_understand({"check", "rig.json", "--json"});
  must_understand({"schema"});
  must_understand({"report", "recordings/run", "-o", "page.html", "--bin", "60", "--json"});
  must_understand({"status", "--at", "127.0.0.1:9", "--json"});
  must_understand({"pull", "left", "right", "--follow", "-o", "here"});
  must_understand({"pull", "--all", "--delete-after"});
}

TEST(CommandLine, help_and_version_are_answers) {
  for (const auto& words : {std::vector<std::string>{"--help"}, {"run", "--help"}, {"reduce", "-h"}, {"--version"}}) {
    const auto invocation = understand(words);
    CHECK(!invocation.job);
    CHECK_EQUAL(exit_done, invocation.exit_code);
    CHECK(!invocation.text.empty());
  }
}

TEST(CommandLine, every_command_has_help_with_an_example) {
  for (const std::string command : {"run", "reduce", "plan", "check", "schema", "bench", "report", "status"})
    STRCMP_CONTAINS(("  tarsier " + command).c_str(), understand({command, "--help"}).text.c_str());
}

TEST(CommandLine, the_version_is_the_programs) {
  STRCMP_EQUAL("tarsier " TARSIER_VERSION "\n", understand({"--version"}).text.c_str());
}

TEST(CommandLine, without_a_command_they_are_listed) {
  must_refuse({}, "run, reduce, plan, check, calibrate, schema, bench, verify, merge, export, recover, report, status");
}

TEST(CommandLine, a_mistyped_command_is_told_the_nearest) {
  must_refuse({"rnu", "rig.json"}, "there is no command rnu; did you mean run?");
  must_refuse({"statsu"}, "did you mean status?");
}

TEST(CommandLine, a_mistyped_option_is_told_the_nearest) {
  must_refuse({"run", "rig.json", "--durration", "3"}, "there is no option --durration; did you mean --duration?");
  must_refuse({"run", "rig.json", "--durration=3"}, "did you mean --duration?");
}

TEST(CommandLine, a_missing_argument_is_named) {
  must_refuse({"run"}, "RIG is required");
  must_refuse({"reduce", "a.mp4", "-o", "out.h5"}, "--rig is required");
  must_refuse({"reduce", "a.mp4", "--rig", "rig.json"}, "--output is required");
}

TEST(CommandLine, an_argument_too_many_is_refused) {
  must_refuse({"run", "a.json", "b.json"}, "b.json");
  must_refuse({"schema", "x"}, "x");
}

TEST(CommandLine, a_duration_is_a_positive_number) {
  for (const std::string value : {"zwei", "0", "-3", "nan"})
    must_refuse({"run", "rig.json", "--duration=" + value}, "--duration");
}

TEST(CommandLine, an_output_of_plan_wants_fit) { must_refuse({"plan", "rig.json", "-o", "b.json"}, "--fit"); }

TEST(CommandLine, the_bins_of_a_report_are_a_positive_number) {
  for (const std::string value : {"zwei", "0", "-3"}) must_refuse({"report", "run", "--bin=" + value}, "--bin");
}
