#include "daemon/recovery_beside.hpp"

#include "CppUTest/TestHarness.h"

using namespace tarsier;

TEST_GROUP(RecoveryBeside){};

TEST(RecoveryBeside, a_programs_usual_arguments_make_no_child_of_it) {
  char program[] = "tarsier", command[] = "run", rig[] = "rig.json";
  char* arguments[] = {program, command, rig, nullptr};
  CHECK_FALSE(recovery_child_main(3, arguments).has_value());
  CHECK_FALSE(recovery_child_main(1, arguments).has_value());
}
