// One HTTP connection, plain or TLS, whose every step has a deadline and can be given up.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <functional>
#include <optional>

#include "client/device.hpp"

namespace tarsier {

// Blocks; one thread. Once a call failed it is of no use any more.
class Link {
 public:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  using TextParser = boost::beast::http::response_parser<boost::beast::http::string_body>;
  using PieceParser = boost::beast::http::response_parser<boost::beast::http::buffer_body>;
  using Deadline = std::chrono::steady_clock::time_point;

  // `access` and `wanted` outlive it.
  Link(const Access& access, const std::function<bool()>& wanted);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Resolves, connects, shakes hands; refuses a peer that is not trusted, and a token that would be read by others.
  [[nodiscard]] Result<void> open(Deadline deadline);
  [[nodiscard]] Result<void> write(Request& request, Deadline deadline);
  [[nodiscard]] Result<void> read(TextParser& parser, Deadline deadline);
  [[nodiscard]] Result<void> read_header(PieceParser& parser, Deadline deadline);
  // What has come, or comes next, into the parser's present buffer; sometimes nothing.
  [[nodiscard]] Result<void> read_piece(PieceParser& parser, Deadline deadline);
  // Bytes of an answer have come since it was opened or forget_answer() was called.
  [[nodiscard]] bool answered() const { return answered_; }
  void forget_answer() { answered_ = buffer_.size() > 0; }

 private:
  using ErrorCode = boost::system::error_code;
  using Plain = boost::beast::tcp_stream;

  template <typename Start>
  Result<void> finish(Start start, Deadline deadline);
  template <typename Use>
  void with_stream(Use use);
  [[nodiscard]] Result<void> shake_hands(Deadline deadline);
  [[nodiscard]] Result<void> may_send_token();
  [[nodiscard]] Error error_of(ErrorCode error) const;

  const Access& access_;
  const std::function<bool()>& wanted_;
  boost::asio::io_context loop_{1};
  std::optional<boost::asio::ssl::context> tls_;
  Plain plain_{loop_};
  std::optional<boost::asio::ssl::stream<Plain&>> secure_;
  boost::beast::flat_buffer buffer_{64U * 1024};
  bool answered_ = false;
};

}  // namespace tarsier
