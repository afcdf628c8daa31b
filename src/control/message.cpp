#include "control/message.hpp"

namespace tarsier {
namespace {

std::string text_of(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string_view to_text(Role role) {
  switch (role) {
    case Role::none: return "none";
    case Role::read: return "read";
    case Role::control: break;
  }
  return "control";
}

SharedBytes shared_text(std::shared_ptr<const std::string> text) {
  const auto bytes = std::as_bytes(std::span(text->data(), text->size()));
  return {std::move(text), bytes};
}

std::uint64_t length_of(const Body& body) {
  if (const auto* text = std::get_if<std::string>(&body)) return text->size();
  if (const auto* shared = std::get_if<SharedBytes>(&body)) return shared->bytes.size();
  return std::get<FileSlice>(body).length;
}

std::string_view Response::text() const {
  if (const auto* shared = std::get_if<SharedBytes>(&body)) {
    return {reinterpret_cast<const char*>(shared->bytes.data()), shared->bytes.size()};
  }
  const auto* text = std::get_if<std::string>(&body);
  return text == nullptr ? std::string_view{} : *text;
}

std::string_view title_of(unsigned status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Internal Server Error";
  }
}

Response json_response(const Json& document, unsigned status) {
  return {status, "application/json", text_of(document), {}};
}

Response problem(unsigned status, const std::string& detail, const std::string& instance, const Json& more) {
  Json document = {{"type", "about:blank"},
                   {"title", title_of(status)},
                   {"status", status},
                   {"detail", detail},
                   {"instance", instance}};
  document.update(more);
  return {status, "application/problem+json", text_of(document), {}};
}

}  // namespace tarsier
