// The table of routes: which handler answers which method and path.
#pragma once

#include <string>
#include <vector>

#include "control/message.hpp"

namespace tarsier {

class Router {
 public:
  // Before the server starts. A GET also answers HEAD.
  void add(std::string method, std::string path, Handler handler);

  // Thread of the server. 404 for a path that nobody has, 405 with Allow for another method of a path that somebody
  // has, 500 for a handler that throws.
  [[nodiscard]] Response operator()(const Request& request) const;

 private:
  struct Route {
    std::string method;
    std::string path;
    Handler handler;
  };
  [[nodiscard]] std::string allowed_methods(const std::string& path) const;

  std::vector<Route> routes_;
};

}  // namespace tarsier
