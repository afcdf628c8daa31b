#include "control/message.hpp"

#include <string_view>

namespace tarsier {
namespace {

std::string_view title_of(unsigned status) {
  switch (status) {
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 413: return "Content Too Large";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
  }
}

std::string text_of(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Response json_response(const Json& document, unsigned status) {
  return {status, "application/json", text_of(document), {}};
}

Response problem(unsigned status, const std::string& detail, const std::string& instance) {
  const Json document = {{"type", "about:blank"},
                         {"title", title_of(status)},
                         {"status", status},
                         {"detail", detail},
                         {"instance", instance}};
  return {status, "application/problem+json", text_of(document), {}};
}

}  // namespace tarsier
