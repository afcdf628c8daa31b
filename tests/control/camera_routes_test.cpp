#include "control/camera_routes.hpp"

#include <CppUTest/TestHarness.h>

#include "control/made_up_device.hpp"
#include "control/made_up_image.hpp"

using namespace tarsier;

TEST_GROUP(CameraRoutes) {
  MadeUpDevice device;
  Router router;

  void setup() override {
    device.image = made_up_image<std::uint8_t>(SampleType::uint8, 2, 2, {0, 1, 2, 3});
    device.page.known = true;
    device.page.regions = {"well-1", "the \"big\" one, left"};
    device.page.oldest_id = 5;
    device.page.rows.resize(2);
    device.page.rows[0].frame_id = 5;
    device.page.rows[0].drift_x = std::numeric_limits<float>::quiet_NaN();
    device.page.rows[1].frame_id = 6;
    device.page.region_rows.resize(4);
    device.page.region_rows[3].changed = 99;
    add_camera_routes(router, device);
  }
  Response get(const std::string& target, const std::string& accept = "") {
    const auto question = target.find('?');
    Request request{.method = "GET", .path = target.substr(0, question)};
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.accept = accept;
    return ask_and_wait(router, request);
  }
};

TEST(CameraRoutes, rows_come_as_json) {
  const auto document = Json::parse(get("/v1/cameras/plate-a/rows?since_id=4&limit=7").text());
  CHECK_EQUAL(2U, document["rows"].size());
  CHECK_EQUAL(6U, document["rows"][1]["frame_id"].get<unsigned>());
  CHECK_EQUAL(99U, document["rows"][1]["regions"][1]["changed"].get<unsigned>());
  CHECK(document["rows"][0]["drift_x"].is_null());
  CHECK(document["rows"][0]["utc_uncertainty_ns"].is_null());
  CHECK_EQUAL(std::string("rows plate-a 4 7"), device.asked.back());
}

TEST(CameraRoutes, without_an_id_the_newest_rows_come) {
  CHECK_EQUAL(200U, get("/v1/cameras/plate-a/rows").status);
  CHECK_EQUAL(std::string("rows plate-a newest 100"), device.asked.back());
}

TEST(CameraRoutes, with_many_regions_fewer_rows_come) {
  device.page.regions.assign(1023, "well");
  device.page.rows.clear();
  device.page.region_rows.clear();
  CHECK_EQUAL(200U, get("/v1/cameras/plate-a/rows?limit=1000").status);
  CHECK_EQUAL(std::string("rows plate-a newest 16"), device.asked.back());
}

TEST(CameraRoutes, rows_come_as_csv_for_who_asks) {
  const auto response = get("/v1/cameras/plate-a/rows", "text/csv");
  const std::string text(response.text());
  STRCMP_CONTAINS("frame_id,stored_index,", text.c_str());
  STRCMP_CONTAINS(",\"the \"\"big\"\" one, left.changed\",", text.c_str());
  CHECK_EQUAL(3, std::count(text.begin(), text.end(), '\n'));
  STRCMP_CONTAINS("\r\n6,", text.c_str());
}

TEST(CameraRoutes, an_unknown_camera_is_404) {
  device.page = {};
  for (const std::string path : {"rows", "frame.jpg", "frame.png", "frame.npy", "projection.npy"})
    CHECK_EQUAL_TEXT(404U, get("/v1/cameras/other/" + path).status, path.c_str());
}

TEST(CameraRoutes, the_next_frame_comes_in_three_formats) {
  CHECK(get("/v1/cameras/plate-a/frame.jpg?width=1&quality=50").text().starts_with("\xff\xd8"));
  CHECK(get("/v1/cameras/plate-a/frame.png").text().starts_with("\x89PNG"));
  const auto npy = get("/v1/cameras/plate-a/frame.npy");
  CHECK(npy.text().starts_with("\x93NUMPY"));
  CHECK_EQUAL(std::string("X-Tarsier-Frame-Id"), npy.headers.at(0).first);
  CHECK_EQUAL(std::string("42"), npy.headers.at(0).second);
}

TEST(CameraRoutes, a_projection_is_asked_for_by_its_kind) {
  CHECK_EQUAL(200U, get("/v1/cameras/plate-a/projection.npy?kind=std").status);
  CHECK_EQUAL(std::string("projection plate-a std"), device.asked.back());
  CHECK_EQUAL(400U, get("/v1/cameras/plate-a/projection.npy?kind=sum").status);
}

TEST(CameraRoutes, sizes_out_of_range_are_refused) {
  for (const std::string query : {"width=0", "width=1921", "quality=0", "quality=101", "width=-1", "size=3"})
    CHECK_EQUAL_TEXT(400U, get("/v1/cameras/plate-a/frame.jpg?" + query).status, query.c_str());
}

TEST(CameraRoutes, a_frame_that_does_not_come_is_the_devices_word) {
  device.image = tl::make_unexpected(Refusal{503, "the camera has no frames now"});
  CHECK_EQUAL(503U, get("/v1/cameras/plate-a/frame.jpg").status);
}
