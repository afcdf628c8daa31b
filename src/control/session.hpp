// One connection: request after request until either side closes, an idle time or a deadline passes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "control/router.hpp"
#include "control/server.hpp"

namespace tarsier {

// Lives as long as an operation of it is pending. All of it runs on the server's thread.
class Session : public std::enable_shared_from_this<Session> {
 public:
  // `router` and what `ended` uses outlive the session; `ended` is called at the end of its life. `loop` is the one
  // that the socket belongs to.
  Session(std::shared_ptr<boost::asio::io_context> loop, boost::asio::ip::tcp::socket socket, const Router& router,
          const ServerLimits& limits, std::function<void(Session*)> ended);
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
  void ask(Request request);
  [[nodiscard]] Reply reply_to(std::uint64_t request);
  void on_reply(std::uint64_t request, const Response& response);
  void refuse(unsigned status, const std::string& detail);
  void respond(const Response& response);
  void on_written(ErrorCode error);
  void drain();

  // Constant after construction.
  const std::shared_ptr<boost::asio::io_context> loop_;
  const Router& router_;
  const ServerLimits limits_;
  const std::function<void(Session*)> ended_;
  // Server's thread.
  boost::beast::tcp_stream stream_;
  boost::asio::steady_timer patience_;  // for the handler's reply
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<StringBody>> parser_;
  boost::beast::http::response<StringBody> response_;
  bool between_requests_ = true;
  std::uint64_t awaited_ = 0;  // the request whose reply is awaited; 0: none
  std::uint64_t requests_ = 0;
  bool keep_alive_ = false;
  bool finishing_ = false;
};

}  // namespace tarsier
