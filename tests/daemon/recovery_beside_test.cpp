#include "daemon/recovery_beside.hpp"

#include "CppUTest/TestHarness.h"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(RecoveryBeside) { TemporaryFolder folder; };

TEST(RecoveryBeside, where_nothing_is_torn_no_process_is_started) {
  RecoveryBeside recovery;
  std::filesystem::create_directories(folder / "run" / "camera");
  recovery.start(folder.path(), "run", Bytes{});
  CHECK_FALSE(recovery.running());
  recovery.look([](const AdoptedSegment&) { FAIL("nothing can be adopted"); });
}

TEST(RecoveryBeside, a_programs_usual_arguments_make_no_child_of_it) {
  char program[] = "tarsier", command[] = "run", rig[] = "rig.json";
  char* arguments[] = {program, command, rig, nullptr};
  CHECK_FALSE(recovery_child_main(3, arguments).has_value());
  CHECK_FALSE(recovery_child_main(1, arguments).has_value());
}
