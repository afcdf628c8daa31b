#include "control/live_routes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <sstream>

#include "control/live_feed.hpp"
#include "control/route_words.hpp"

namespace tarsier {
namespace {

std::string no_camera_text(const std::string& name, const std::vector<std::string>& present) {
  if (present.empty()) return fmt::format("there is no camera {}: nothing is recorded", name);
  return fmt::format("there is no camera {}; there is {}", name, fmt::join(present, ", "));
}

// "a,b" as a list; empty: all of the device's. The refusal names the first that there is not.
Answer<std::vector<std::string>> wanted_cameras(DeviceApi& device, const Request& request) {
  std::istringstream names(request.arguments.value("cameras", ""));
  const auto present = device.cameras();
  std::vector<std::string> wanted;
  for (std::string name; std::getline(names, name, ',');) {
    if (name.empty()) continue;
    if (std::find(present.begin(), present.end(), name) == present.end()) {
      return tl::make_unexpected(Refusal{404, no_camera_text(name, present)});
    }
    wanted.push_back(name);
  }
  return wanted.empty() ? present : wanted;
}

}  // namespace

void add_live_routes(Router& router, DeviceApi& device) {
  Route route{
      "GET",
      "/v1/live",
      Role::read,
      {.summary = "A WebSocket: at each tick {\"status\", \"lost\"} and, for each camera with new rows, "
                  "{\"camera\", \"regions\", \"rows\", \"more\"}. `lost` counts the ticks that a slow client "
                  "was spared.",
       .query = {{"rate_hz", "ticks a second", {{"type", "number"}, {"minimum", 0.1}, {"maximum", 10}, {"default", 1}}},
                 {"cameras", "names with commas between them; default: all", {{"type", "string"}}}},
       .answers = {{101, "the WebSocket begins"},
                   problem_answer(404, "there is no camera of such a name"),
                   problem_answer(426, "this is no upgrade to a WebSocket"),
                   problem_answer(503, "too many listen already")}},
      [](const Request& request, const Reply& reply) {
        auto refused = problem(426, "this is a WebSocket; ask with Upgrade: websocket", request.path);
        refused.headers.emplace_back("Upgrade", "websocket");
        reply(std::move(refused));
      }};
  route.feed = [&device](const Request& request) -> Answer<std::shared_ptr<LiveFeed>> {
    auto cameras = wanted_cameras(device, request);
    if (!cameras) return tl::make_unexpected(std::move(cameras.error()));
    return std::make_shared<LiveFeed>(device, std::move(*cameras), request.arguments.at("rate_hz").get<double>());
  };
  router.add(std::move(route));
}

}  // namespace tarsier
