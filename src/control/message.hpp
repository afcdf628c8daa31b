// A request and its response as values, free of sockets.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"

namespace tarsier {

struct Request {
  std::string method;  // "GET"
  std::string path;    // "/v1/status", without the query
  std::string query;   // behind the question mark
  std::string host;    // the Host header
  std::string body;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // beside Content-Type and Content-Length
};

using Handler = std::function<Response(const Request&)>;

// 200 unless told otherwise; bytes that are not UTF-8 become the replacement character.
[[nodiscard]] Response json_response(const Json& document, unsigned status = 200);

// application/problem+json of RFC 9457: type, title, status, detail, instance. `detail` says what to do.
[[nodiscard]] Response problem(unsigned status, const std::string& detail, const std::string& instance);

}  // namespace tarsier
