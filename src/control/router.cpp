#include "control/router.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "base/log.hpp"
#include "control/target.hpp"

namespace tarsier {

void Router::add(Route route) { routes_.push_back(std::move(route)); }

std::variant<const Route*, Response> Router::find(Request& request) const {
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  for (const auto& route : routes_) {
    if (route.method != method) continue;
    const auto match = match_path(route.path, request.path, request.parameters);
    if (match == PathMatch::no) continue;
    if (match == PathMatch::malformed) return problem(400, "the path is not percent-coded UTF-8", request.path);
    auto arguments = parse_query(request.query, route.text.query);
    if (!arguments) return problem(400, arguments.error().message, request.path);
    request.arguments = std::move(*arguments);
    return &route;
  }
  const auto allowed = allowed_methods(request.path);
  if (allowed.empty()) return problem(404, "nothing is served here; /v1/openapi.json says what is", request.path);
  auto refused = problem(405, fmt::format("{} is not possible here; use {}", request.method, allowed), request.path);
  refused.headers.emplace_back("Allow", allowed);
  return refused;
}

void Router::operator()(Request request, const Reply& reply) const {
  auto found = find(request);
  if (auto* refused = std::get_if<Response>(&found)) return reply(std::move(*refused));
  call(*std::get<const Route*>(found), request, reply);
}

std::string Router::allowed_methods(const std::string& path) const {
  std::string methods;
  std::map<std::string, std::string> ignored;
  for (const auto& route : routes_) {
    if (match_path(route.path, path, ignored) == PathMatch::no) continue;
    methods += (methods.empty() ? "" : ", ") + route.method;
    if (route.method == "GET") methods += ", HEAD";
  }
  return methods;
}

void call(const Route& route, const Request& request, const Reply& reply) {
  try {
    route.handler(request, reply);
  } catch (const std::exception& error) {
    log(Severity::error, fmt::format("control: {} {}: {}", route.method, route.path, error.what()));
    reply(problem(500, "this is a fault of the device; its log says more", request.path));
  }
}

}  // namespace tarsier
