// Descriptions of the interface, made from the route table: for programs and for people.
#pragma once

#include <string>

#include "base/json.hpp"
#include "control/router.hpp"

namespace tarsier {

// OpenAPI 3.1.
[[nodiscard]] Json openapi_document(const Router& router);
// docs/http-api.md.
[[nodiscard]] std::string http_api_markdown(const Router& router);

// GET /v1/openapi.json, which describes itself too: after all others.
void add_openapi_route(Router& router);

}  // namespace tarsier
