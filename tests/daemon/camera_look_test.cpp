#include "daemon/camera_look.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(CameraLook){};

TEST(CameraLook, tells_rate_level_and_noise_of_what_comes) {
  const Json source = {{"pipeline", "test"}, {"width_px", 64}, {"height_px", 48}, {"fps", 50}, {"pattern", "snow"}};
  const Json document = {{"experiment", "e"}, {"cameras", {{{"name", "a"}, {"source", source}}}}};
  const auto rig = load_rig(document, "rig.json", false);
  CHECK_TEXT(rig.has_value(), rig ? "" : rig.error().message.c_str());
  const auto cameras = resolve_cameras(*rig, "rig.json");
  CHECK_TEXT(cameras.has_value(), cameras ? "" : cameras.error().message.c_str());
  const std::atomic<StopRequest> stop{StopRequest::none};
  const auto look = look_at_camera(cameras->front(), 20, stop);
  CHECK_TEXT(look.has_value(), look ? "" : look.error().message.c_str());
  CHECK_EQUAL(20, look->frames);
  CHECK(look->frames_per_s > 1);
  // Snow is white noise: two independent values from 16 to 235 differ by a third of the range on average.
  DOUBLES_EQUAL(125.5, look->mean_level, 4);
  DOUBLES_EQUAL(73 * 1.2533, *look->difference_std, 4);
  CHECK_FALSE(look->proposed_threshold.has_value());
}

TEST(CameraLook, knows_the_largest_sample_but_of_words_that_may_hold_fewer_bits) {
  CHECK_EQUAL(255, *largest_sample(PixelFormat::nv12));
  CHECK_EQUAL(1023, *largest_sample(PixelFormat::bayer_rggb_raw10));
  CHECK_EQUAL(4095, *largest_sample(PixelFormat::gray12));
  CHECK_FALSE(largest_sample(PixelFormat::gray16).has_value());
  CHECK_FALSE(largest_sample(PixelFormat::bayer_grbg16).has_value());
}
