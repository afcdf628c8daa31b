#include "control/camera_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "control/preview_desk.hpp"
#include "control/route_words.hpp"
#include "control/row_text.hpp"

namespace tarsier {
namespace {

using SharedDesk = std::shared_ptr<PreviewDesk>;

Response image_response(std::string bytes, const std::string& type, const FrameCopy& frame) {
  if (bytes.empty()) return problem(500, "this image cannot be encoded so; fetch it as .npy", "");
  Response response{200, type, std::move(bytes), {}};
  response.headers.emplace_back("X-Tarsier-Frame-Id", std::to_string(frame.frame_id));
  response.headers.emplace_back("X-Tarsier-Utc-Ns", std::to_string(frame.utc_ns));
  return response;
}

Response no_camera(const Request& request) {
  return problem(404, "there is no camera " + request.parameters.at("name"), request.path);
}

bool has_camera(DeviceApi& device, const Request& request) {
  const auto cameras = device.cameras();
  return std::find(cameras.begin(), cameras.end(), request.parameters.at("name")) != cameras.end();
}

PreviewDesk::Encode jpeg_encoding(const Request& request) {
  const auto width = request.arguments.at("width").get<std::uint32_t>();
  const auto quality = request.arguments.at("quality").get<int>();
  return [width, quality](ImageEncoder& encoder, const FrameCopy& frame) {
    return image_response(encoder.jpeg(frame, width, quality), "image/jpeg", frame);
  };
}

PreviewDesk::Encode png_encoding(const Request& /*request*/) {
  return [](ImageEncoder&, const FrameCopy& frame) { return image_response(png_of(frame), "image/png", frame); };
}

PreviewDesk::Encode npy_encoding(const Request& /*request*/) {
  return [](ImageEncoder&, const FrameCopy& frame) {
    return image_response(npy_of(frame), "application/octet-stream", frame);
  };
}

Handler frame_handler(DeviceApi& device, SharedDesk desk, PreviewDesk::Encode (*encoding)(const Request&)) {
  return [&device, desk = std::move(desk), encoding](const Request& request, Reply reply) {
    if (!has_camera(device, request)) return reply(no_camera(request));
    const auto fetch = [&device, camera = request.parameters.at("name")](Done<Answer<FrameCopy>> done) {
      device.frame(camera, std::move(done));
    };
    desk->ask(fetch, encoding(request), std::move(reply), request.path);
  };
}

Handler projection_handler(DeviceApi& device, SharedDesk desk) {
  return [&device, desk = std::move(desk)](const Request& request, Reply reply) {
    if (!has_camera(device, request)) return reply(no_camera(request));
    const auto fetch = [&device, camera = request.parameters.at("name"),
                        kind = request.arguments.at("kind").get<std::string>()](Done<Answer<FrameCopy>> done) {
      device.projection(camera, kind, std::move(done));
    };
    desk->ask(fetch, npy_encoding(request), std::move(reply), request.path);
  };
}

Response rows(DeviceApi& device, const Request& request) {
  const auto& camera = request.parameters.at("name");
  std::optional<std::uint64_t> since;
  if (request.arguments.contains("since_id")) since = request.arguments["since_id"].get<std::uint64_t>();
  const auto page = bounded_rows(device, camera, since, request.arguments.at("limit").get<std::size_t>());
  if (!page.known) return no_camera(request);
  if (request.accept.find("text/csv") != std::string::npos) return {200, "text/csv; charset=utf-8", rows_csv(page), {}};
  return {200, "application/json", rows_json(camera, page).dump(-1, ' ', false, Json::error_handler_t::replace), {}};
}

std::vector<AnswerText> image_answers(const std::string& type) {
  return {{200, "the image; X-Tarsier-Frame-Id and X-Tarsier-Utc-Ns say which", type},
          problem_answer(404, "there is no such camera, or no image yet"),
          problem_answer(503, "other images are being made; Retry-After says when to ask again")};
}

void add_images(Router& router, DeviceApi& device) {
  const auto desk = std::make_shared<PreviewDesk>();
  const std::vector<QueryParameter> jpeg_query = {
      {"width",
       "of the JPEG, in pixels; never more than the frame's",
       {{"type", "integer"}, {"minimum", 1}, {"maximum", widest_jpeg_px}, {"default", 640}}},
      {"quality", "of the JPEG", {{"type", "integer"}, {"minimum", 1}, {"maximum", 100}, {"default", 80}}}};
  router.add({"GET",
              "/v1/cameras/{name}/frame.jpg",
              Role::read,
              {.summary = "The camera's next frame, for looking: gray, made smaller by means; deeper frames are "
                          "stretched from their darkest to their brightest pixel.",
               .query = jpeg_query,
               .answers = image_answers("image/jpeg")},
              frame_handler(device, desk, jpeg_encoding)});
  router.add({"GET",
              "/v1/cameras/{name}/frame.png",
              Role::read,
              {.summary = "The camera's next frame, pixel by pixel, as gray PNG of 8 or 16 bits.",
               .answers = image_answers("image/png")},
              frame_handler(device, desk, png_encoding)});
  router.add({"GET",
              "/v1/cameras/{name}/frame.npy",
              Role::read,
              {.summary = "The camera's next frame as a NumPy array (height, width) of uint8 or uint16.",
               .answers = image_answers("application/octet-stream")},
              frame_handler(device, desk, npy_encoding)});
  router.add(
      {"GET",
       "/v1/cameras/{name}/projection.npy",
       Role::read,
       {.summary = "The latest projection of a kind as a NumPy array: as the frames, std as float32.",
        .query = {{"kind",
                   "which one",
                   {{"type", "string"}, {"enum", {"mean", "max", "min", "std", "median"}}, {"default", "mean"}}}},
        .answers = image_answers("application/octet-stream")},
       projection_handler(device, desk)});
}

}  // namespace

RowsPage bounded_rows(DeviceApi& device, const std::string& camera, std::optional<std::uint64_t> since_id,
                      std::size_t limit) {
  const auto regions = device.rows(camera, since_id, 0).regions.size();
  return device.rows(camera, since_id, std::min(limit, std::max<std::size_t>(1, most_row_cells / (regions + 1))));
}

void add_camera_routes(Router& router, DeviceApi& device) {
  router.add({"GET",
              "/v1/cameras/{name}/rows",
              Role::read,
              {.summary = "The latest rows, or those behind since_id, oldest first; `more` says that newer ones are "
                          "there. With Accept: text/csv as CSV.",
               .query = {{"since_id", "only frames behind this one", {{"type", "integer"}, {"minimum", 0}}},
                         {"limit",
                          "the most rows; where there are many regions fewer come",
                          {{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}, {"default", 100}}}},
               .answers = {json_answer("the rows", typed("object")),
                           {200, "the rows", "text/csv"},
                           problem_answer(404, "there is no such camera")}},
              [&device](const Request& request, const Reply& reply) { reply(rows(device, request)); }});
  add_images(router, device);
}

}  // namespace tarsier
