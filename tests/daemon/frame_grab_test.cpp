#include "daemon/frame_grab.hpp"

#include <CppUTest/TestHarness.h>

#include "config/parse.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(FrameGrab) {
  std::atomic<StopRequest> stop{StopRequest::none};

  static ResolvedCamera camera(int frames) {
    const Json document = {
        {"experiment", "e"},
        {"cameras",
         {{{"name", "a"},
           {"source",
            {{"pipeline", "test"}, {"width_px", 32}, {"height_px", 16}, {"fps", 100}, {"frames", frames}}}}}}};
    const auto rig = load_rig(document, "rig.json", false);
    CHECK_TEXT(rig.has_value(), rig ? "" : rig.error().message.c_str());
    auto cameras = resolve_cameras(*rig, "rig.json");
    CHECK_TEXT(cameras.has_value(), cameras ? "" : cameras.error().message.c_str());
    return std::move(cameras->front());
  }
};

TEST(FrameGrab, gives_as_many_frames_as_were_asked_for_in_their_order) {
  std::vector<std::uint64_t> ids;
  const auto taken = grab_frames(camera(0), 5, 10s, stop, [&](const SlotHeader& header, auto pixels) {
    ids.push_back(header.frame_id);
    CHECK_EQUAL(32 * 16, pixels.size());
  });
  CHECK_TEXT(taken.has_value(), taken ? "" : taken.error().message.c_str());
  CHECK_EQUAL(5, *taken);
  CHECK(std::ranges::is_sorted(ids));
}

TEST(FrameGrab, gives_fewer_when_the_source_ends) {
  const auto taken = grab_frames(camera(3), 50, 10s, stop, [](const auto&, auto) {});
  CHECK(taken.has_value());
  CHECK_EQUAL(3, *taken);
}

TEST(FrameGrab, stops_when_it_is_asked_to) {
  stop = StopRequest::end;
  CHECK_FALSE(grab_frames(camera(0), 50, 10s, stop, [](const auto&, auto) {}).has_value());
}
