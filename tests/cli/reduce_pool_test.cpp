#include "cli/reduce_pool.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(ReducePool){};

TEST(ReducePool, as_many_jobs_as_asked_for_run_at_once) {
  CHECK_EQUAL(3U, jobs_at_once(3, 2, mebibytes(4096), mebibytes(256)));
}

TEST(ReducePool, without_a_wish_there_is_one_job_a_core) {
  CHECK_EQUAL(2U, jobs_at_once(0, 2, mebibytes(4096), mebibytes(256)));
}

TEST(ReducePool, their_budgets_together_fit_the_memory) {
  CHECK_EQUAL(4U, jobs_at_once(16, 2, mebibytes(1200), mebibytes(256)));
  CHECK_EQUAL(1U, jobs_at_once(16, 2, mebibytes(100), mebibytes(256)));
  CHECK_EQUAL(1U, jobs_at_once(0, 0, Bytes{}, mebibytes(256)));
}

TEST(ReducePool, this_machine_has_memory) { CHECK(available_memory() > mebibytes(1)); }
