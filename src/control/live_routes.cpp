#include "control/live_routes.hpp"

#include <memory>
#include <sstream>

#include "control/live_feed.hpp"
#include "control/route_words.hpp"

namespace tarsier {
namespace {

// "a,b" as a list; empty: all of the device's.
std::vector<std::string> wanted_cameras(DeviceApi& device, const Request& request) {
  std::istringstream names(request.arguments.value("cameras", ""));
  std::vector<std::string> wanted;
  for (std::string name; std::getline(names, name, ',');) {
    if (!name.empty()) wanted.push_back(name);
  }
  return wanted.empty() ? device.cameras() : wanted;
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
                   problem_answer(426, "this is no upgrade to a WebSocket"),
                   problem_answer(503, "too many listen already")}},
      [](const Request& request, const Reply& reply) {
        auto refused = problem(426, "this is a WebSocket; ask with Upgrade: websocket", request.path);
        refused.headers.emplace_back("Upgrade", "websocket");
        reply(std::move(refused));
      }};
  route.feed = [&device](const Request& request) {
    return std::make_shared<LiveFeed>(device, wanted_cameras(device, request),
                                      request.arguments.at("rate_hz").get<double>());
  };
  router.add(std::move(route));
}

}  // namespace tarsier
