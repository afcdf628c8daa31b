// From Beast's messages and Asio's addresses to ours.
#pragma once

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <string>

#include "base/result.hpp"
#include "control/message.hpp"

namespace tarsier {

// All but the body and what the connection knows. An error: a target that is no path, a header that is there twice and
// may not be.
[[nodiscard]] Result<Request> request_from(
    const boost::beast::http::request_header<boost::beast::http::fields>& message);

// Whether a body of at least a byte follows, or may.
[[nodiscard]] bool announces_body(const boost::beast::http::request_parser<boost::beast::http::empty_body>& parser);
// Whether the client waits for a word before it sends the body.
[[nodiscard]] bool wants_continue(const boost::beast::http::request_header<boost::beast::http::fields>& message);

// 503 with Retry-After: too much is under way.
[[nodiscard]] Response busy(const Request& request);

// Whether the address is this machine's loopback: 127.0.0.0/8 or ::1, also written as IPv4 in IPv6.
[[nodiscard]] bool is_loopback(const std::string& address);
// What a client can have many addresses of: the address itself with IPv4, its upper 64 bits with IPv6.
[[nodiscard]] std::string network_of(const std::string& address);

}  // namespace tarsier
