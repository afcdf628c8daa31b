#include "control/router.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace tarsier {
namespace {

Response guarded(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& error) {
    return problem(500, error.what(), request.path);
  }
}

}  // namespace

void Router::add(std::string method, std::string path, Handler handler) {
  routes_.push_back({std::move(method), std::move(path), std::move(handler)});
}

Response Router::operator()(const Request& request) const {
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  for (const auto& route : routes_)
    if (route.method == method && route.path == request.path) return guarded(route.handler, request);
  const auto allowed = allowed_methods(request.path);
  if (allowed.empty()) return problem(404, "nothing is served here; /v1/status is", request.path);
  auto refused = problem(405, fmt::format("{} is not possible here; use {}", request.method, allowed), request.path);
  refused.headers.emplace_back("Allow", allowed);
  return refused;
}

std::string Router::allowed_methods(const std::string& path) const {
  std::string methods;
  for (const auto& route : routes_) {
    if (route.path != path) continue;
    methods += (methods.empty() ? "" : ", ") + route.method;
    if (route.method == "GET") methods += ", HEAD";
  }
  return methods;
}

}  // namespace tarsier
