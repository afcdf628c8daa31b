#include "capture/restart_policy.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;
using std::chrono::seconds;

TEST_GROUP(RestartPolicy){};

TEST(RestartPolicy, WaitsDoubleFromOneToThirtySeconds) {
  RestartPolicy policy(30);
  for (const int wait : {1, 2, 4, 8, 16, 30, 30}) {
    policy.started(seconds(100));
    CHECK(policy.failed(seconds(101)) == seconds(wait));
  }
}

TEST(RestartPolicy, HalfAMinuteOfFramesMakesTheNextWaitShortAgain) {
  RestartPolicy policy(30);
  policy.started(seconds(100));
  CHECK(policy.failed(seconds(101)) == seconds(1));
  policy.started(seconds(110));
  CHECK(policy.failed(seconds(141)) == seconds(1));
}

TEST(RestartPolicy, ASlowCameraStallsAfterTenPeriods) {
  RestartPolicy policy(0.1);
  policy.started(seconds(100));
  CHECK_FALSE(policy.stalled(seconds(250), seconds(160)));
  CHECK(policy.stalled(seconds(261), seconds(160)));
  CHECK_FALSE(policy.stalled(seconds(199), seconds(50)));
  CHECK(policy.stalled(seconds(201), seconds(50)));
}

TEST(RestartPolicy, AFastCameraStallsAfterFiveSeconds) {
  RestartPolicy policy(500);
  policy.started(seconds(100));
  CHECK_FALSE(policy.stalled(seconds(105), seconds(101)));
  CHECK(policy.stalled(seconds(107), seconds(101)));
}
