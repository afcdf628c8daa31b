// The table of routes: which handler answers which method and path.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "control/message.hpp"
#include "control/route.hpp"

namespace tarsier {

// Constant while a server uses it.
class Router {
 public:
  // Before the server starts. A GET also answers HEAD. Routes are tried in the order of their adding.
  void add(Route route);
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

  // The route of a request's method and path, with the request's parameters and arguments filled in; else why not: 404
  // for a path that nobody has, 405 with Allow for another method of a path that somebody has, 400 for a path or a
  // query that is malformed. The body is not looked at.
  [[nodiscard]] std::variant<const Route*, Response> find(Request& request) const;

  // Finds the route and calls its handler, or replies why there is none. A handler that throws is an answer of 500.
  void operator()(Request request, const Reply& reply) const;

 private:
  [[nodiscard]] std::string allowed_methods(const std::string& path) const;

  std::vector<Route> routes_;
};

// Calls the route's handler; what it throws becomes an answer of 500.
void call(const Route& route, const Request& request, const Reply& reply);

}  // namespace tarsier
