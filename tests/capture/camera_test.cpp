#include "capture/camera.hpp"

#include <CppUTest/TestHarness.h>

#include "recording_intake.hpp"

using namespace tarsier;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const std::string live_source =
    "videotestsrc name=source is-live=true ! video/x-raw,format=GRAY8,width=32,height=16,framerate=100/1 ! ";

SourceFacts expected() {
  SourceFacts facts;
  facts.size = {32, 16};
  facts.frames_per_s = 100;
  return facts;
}

Nanoseconds now() { return SystemClock().monotonic(); }

}  // namespace

TEST_GROUP(Restart) {
  RecordingIntake intake;
  std::unique_ptr<Camera> camera;

  void setup() override { CHECK(initialise_gstreamer().has_value()); }
  void teardown() override { camera.reset(); }

  void start(const std::string& rest) {
    camera = std::make_unique<Camera>("a", SourceConfig{}, description(live_source + rest, true), expected(), intake);
    CHECK(camera->start().has_value());
  }
  bool reaches(CameraState state) {
    return supervise_until(*camera, intake, [&] { return camera->status().state == state; });
  }
};

TEST(Restart, AnErrorOfALiveSourceIsFollowedByAnotherTry) {
  start("identity error-after=5 ! appsink name=sink");
  CHECK(reaches(CameraState::backoff));
  const auto before = intake.count();
  CHECK_FALSE(camera->ended());
  STRCMP_CONTAINS("Failed", camera->status().last_error.c_str());
  camera->supervise(now() + milliseconds(500));
  CHECK(camera->status().state == CameraState::backoff);
  camera->supervise(now() + milliseconds(1500));
  LONGS_EQUAL(1, camera->status().restarts);
  CHECK(supervise_until(*camera, intake, [&] { return intake.count() > before; }));
  LONGS_EQUAL(1, intake.outages().size());
  CHECK(intake.outages()[0] > Nanoseconds{0});
}

TEST(Restart, ALiveSourceThatEndsByItselfIsTriedAgain) {
  start("identity eos-after=5 ! appsink name=sink");
  CHECK(reaches(CameraState::backoff));
  STRCMP_CONTAINS("ended its stream", camera->status().last_error.c_str());
}

TEST(Restart, ASilentSourceIsRestartedAfterItsTimeToStart) {
  start("valve drop=true ! appsink name=sink async=false");
  camera->supervise(now() + seconds(9));
  CHECK(camera->status().state == CameraState::starting);
  camera->supervise(now() + seconds(11));
  CHECK(camera->status().state == CameraState::backoff);
  STRCMP_CONTAINS("no frame", camera->status().last_error.c_str());
}

TEST(Restart, ASourceThatStallsIsRestarted) {
  start("appsink name=sink");
  CHECK(reaches(CameraState::running));
  camera->supervise(now() + seconds(6));
  CHECK(camera->status().state == CameraState::backoff);
}

TEST(Restart, TriesWithoutAFrameAreOneOutageWithTheFirst) {
  start("identity error-after=5 ! appsink name=sink");
  CHECK(reaches(CameraState::backoff));
  const auto last = intake.frames().back().arrival;
  camera->supervise(now() + seconds(2));
  camera->supervise(now() + seconds(20));  // no frame yet as far as the supervisor's clock can tell
  const auto outages = intake.outages();
  for (const auto& outage : outages) CHECK(outage <= now() - last);
}

TEST(Restart, ALiveSourceOfAnotherSizeIsNotTaken) {
  start("videocrop left=2 ! appsink name=sink");
  CHECK(reaches(CameraState::backoff));
  STRCMP_CONTAINS("30x16 gray8 instead of 32x16 gray8", camera->status().last_error.c_str());
  LONGS_EQUAL(0, intake.count());
}

TEST(Restart, ACameraThatIsAwayAtTheStartIsTriedAgain) {
  const std::string launch = "filesrc name=source location=/nowhere/at/all ! appsink name=sink";
  camera = std::make_unique<Camera>("a", SourceConfig{}, description(launch, true), expected(), intake);
  CHECK(camera->start().has_value());
  CHECK(camera->status().state == CameraState::backoff);
  STRCMP_CONTAINS("/nowhere/at/all", camera->status().last_error.c_str());
}
