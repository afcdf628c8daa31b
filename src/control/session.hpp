// One connection: request after request until either side closes, an idle time or a deadline passes.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "control/message.hpp"
#include "control/server.hpp"

namespace tarsier {

// Lives as long as an operation of it is pending. All of it runs on the server's thread.
class Session : public std::enable_shared_from_this<Session> {
 public:
  // `handler` and what `ended` uses outlive the session; `ended` is called at the end of its life.
  Session(boost::asio::ip::tcp::socket socket, const Handler& handler, const ServerLimits& limits,
          std::function<void(Session*)> ended);
  ~Session() { ended_(this); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void start() { wait_for_request(limits_.request); }
  // Closes between two requests; at once when none is under way.
  void finish();
  // Closes at once.
  void abort();

 private:
  using ErrorCode = boost::system::error_code;
  using StringBody = boost::beast::http::string_body;

  void wait_for_request(std::chrono::milliseconds patience);
  void read_request();
  void on_request(ErrorCode error);
  void refuse(unsigned status, const std::string& detail);
  void respond(const Response& response, bool keep_alive);
  void on_written(ErrorCode error);
  void drain();

  // Constant after construction.
  const Handler& handler_;
  const ServerLimits limits_;
  const std::function<void(Session*)> ended_;
  // Server's thread.
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<StringBody>> parser_;
  boost::beast::http::response<StringBody> response_;
  bool between_requests_ = true;
  bool finishing_ = false;
};

}  // namespace tarsier
