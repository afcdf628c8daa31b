#include "control/http_request.hpp"

#include <strings.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/beast/http/field.hpp>
#include <cctype>
#include <string_view>

namespace tarsier {
namespace {

namespace http = boost::beast::http;
namespace ip = boost::asio::ip;
using Header = http::request_header<http::fields>;

template <typename Text>
std::string to_string(const Text& text) {
  return {text.data(), text.size()};
}

// "application/json" of "Application/JSON; charset=utf-8".
std::string media_type(std::string text) {
  text.resize(std::min(text.find(';'), text.size()));
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text;
}

// Those of which two could be read one way here and another way elsewhere.
bool has_double(const Header& message) {
  constexpr std::array single = {http::field::authorization,  http::field::origin,   http::field::content_type,
                                 http::field::content_length, http::field::if_match, http::field::range,
                                 http::field::if_range};
  return std::any_of(single.begin(), single.end(), [&](http::field name) { return message.count(name) > 1; });
}

// "/path?query" of a target, which may be a whole URL (RFC 9112, 3.2.2); empty: it is none.
std::string origin_form(std::string target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (strncasecmp(target.c_str(), scheme.data(), scheme.size()) != 0) continue;
    const auto path = target.find('/', scheme.size());
    return path == std::string::npos ? "/" : target.substr(path);
  }
  return target.starts_with('/') ? target : std::string();
}

ip::address plain(const ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

}  // namespace

Result<Request> request_from(const Header& message) {
  if (message.count(http::field::host) != 1) return misuse("exactly one Host header is needed");
  if (has_double(message)) return misuse("a header is there twice that may be there once");
  const auto target = origin_form(to_string(message.target()));
  if (target.empty()) return misuse("the target is not a path");
  const auto question = target.find('?');
  Request request;
  request.method = to_string(message.method_string());
  request.path = target.substr(0, question);
  request.query = question == std::string::npos ? "" : target.substr(question + 1);
  request.host = to_string(message[http::field::host]);
  request.origin = to_string(message[http::field::origin]);
  request.content_type = media_type(to_string(message[http::field::content_type]));
  request.accept = to_string(message[http::field::accept]);
  request.if_match = to_string(message[http::field::if_match]);
  request.if_none_match = to_string(message[http::field::if_none_match]);
  request.if_range = to_string(message[http::field::if_range]);
  request.range = to_string(message[http::field::range]);
  return request;
}

bool announces_body(const http::request_parser<http::empty_body>& parser) {
  return parser.chunked() || parser.content_length().value_or(0) > 0;
}

bool wants_continue(const Header& message) {
  const auto expected = message[http::field::expect];
  return expected.size() == 12 && strncasecmp(expected.data(), "100-continue", expected.size()) == 0;
}

Response busy(const Request& request) {
  auto refused = problem(503, "too much is under way; ask again in a second", request.path);
  refused.headers.emplace_back("Retry-After", "1");
  return refused;
}

bool is_loopback(const std::string& address) {
  boost::system::error_code error;
  const auto parsed = ip::make_address(address, error);
  return !error && plain(parsed).is_loopback();
}

std::string network_of(const std::string& address) {
  boost::system::error_code error;
  const auto parsed = ip::make_address(address, error);
  if (error || plain(parsed).is_v4()) return address;
  auto bytes = parsed.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return ip::make_address_v6(bytes).to_string();
}

}  // namespace tarsier
