#include "kernels/instruction_set.hpp"

#include <CppUTest/TestHarness.h>

#include <set>
#include <string>

using namespace tarsier;

TEST_GROUP(InstructionSets){void teardown() override{use_instruction_set(instruction_sets().back());
}
}
;

TEST(InstructionSets, the_best_that_the_processor_has_is_in_use) {
  CHECK(instruction_set() == instruction_sets().back());
  CHECK(instruction_sets().front() == InstructionSet::baseline);
}

TEST(InstructionSets, each_can_be_put_in_use_and_has_a_name_of_its_own) {
  std::set<std::string> names;
  for (const InstructionSet set : instruction_sets()) {
    use_instruction_set(set);
    CHECK(instruction_set() == set);
    names.emplace(to_text(set));
  }
  CHECK_EQUAL(instruction_sets().size(), names.size());
}
