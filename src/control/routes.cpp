#include "control/routes.hpp"

#include <utility>

#include "control/camera_routes.hpp"
#include "control/config_routes.hpp"
#include "control/file_routes.hpp"
#include "control/http_api.hpp"
#include "control/live_routes.hpp"
#include "control/metrics.hpp"
#include "control/run_routes.hpp"

namespace tarsier {
namespace {

Response health(const std::string& status) {
  const auto state = Json::parse(status).value("state", "faulted");
  return json_response({{"state", state}}, state == "faulted" ? 503 : 200);
}

Route status_route(DeviceApi& device) {
  RouteText text{.summary =
                     "What the device does now: state, run, cameras, memory, disk, clock, board. "
                     "docs/status.md explains each field.",
                 .answers = {{200, "the status", "application/json"}}};
  return {"GET", "/v1/status", Role::read, std::move(text), [&device](const Request&, const Reply& reply) {
            reply({200, "application/json", shared_text(device.status()), {}});
          }};
}

Route health_route(DeviceApi& device) {
  const Json schema = {{"type", "object"}, {"properties", {{"state", {{"type", "string"}}}}}};
  RouteText text{.summary = "Whether the device is well: its state alone.",
                 .answers = {{200, "it is", "application/json", schema},
                             {503, "its state is faulted", "application/json", schema}}};
  return {"GET", "/healthz", Role::none, std::move(text),
          [&device](const Request&, const Reply& reply) { reply(health(*device.status())); }};
}

Route metrics_route(DeviceApi& device) {
  const std::string type = "text/plain; version=0.0.4; charset=utf-8";
  RouteText text{.summary = "The status for Prometheus.", .answers = {{200, "the metrics", type}}};
  return {"GET", "/metrics", Role::read, std::move(text), [&device, type](const Request&, const Reply& reply) {
            reply({200, type, metrics_text(Json::parse(*device.status())), {}});
          }};
}

}  // namespace

Router control_routes(DeviceApi& device) {
  Router router;
  router.add(status_route(device));
  router.add(health_route(device));
  router.add(metrics_route(device));
  const auto worker = std::make_shared<Worker>("control-work");
  add_config_routes(router, device, worker);
  add_run_routes(router, device);
  add_file_routes(router, device, worker);
  add_camera_routes(router, device);
  add_live_routes(router, device);
  add_openapi_route(router);
  return router;
}

}  // namespace tarsier
