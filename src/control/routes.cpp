#include "control/routes.hpp"

#include <utility>

namespace tarsier {
namespace {

Response health(const Json& status) {
  const auto state = status.value("state", "faulted");
  return json_response({{"state", state}}, state == "faulted" ? 503 : 200);
}

}  // namespace

Router control_routes(std::function<Json()> status) {
  Router router;
  router.add("GET", "/v1/status", [status](const Request&) { return json_response(status()); });
  router.add("GET", "/healthz", [status](const Request&) { return health(status()); });
  return router;
}

}  // namespace tarsier
