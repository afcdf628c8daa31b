// One connection: request after request until either side closes or a deadline passes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "control/connection.hpp"
#include "control/doorkeeper.hpp"
#include "control/gate.hpp"
#include "control/in_flight.hpp"
#include "control/live_session.hpp"
#include "control/response_writer.hpp"
#include "control/router.hpp"
#include "control/server_limits.hpp"

namespace tarsier {

// What the sessions of one server share; outlives them, and `loop` also the replies that come late.
struct SessionHouse {
  std::shared_ptr<boost::asio::io_context> loop;
  const Router& router;
  const ServerLimits& limits;
  Gate& gate;
  Doorkeeper& places;
  Doorkeeper& secure_places;
  InFlight& in_flight;
  std::size_t live = 0;                       // WebSockets now
  boost::asio::ssl::context* tls = nullptr;   // null: it is not spoken
  std::function<void(Doorkeeper::Id)> ended;  // called at the end of a session's life
};

// Lives as long as an operation or its deadline is pending. All of it runs on the server's thread. Between the header's
// end and the answer's last byte nothing more is read, so that a client that sends many requests at once is served one
// of them after the other, out of a buffer of one header's size.
class Session : public std::enable_shared_from_this<Session> {
 public:
  // `place` is the doorkeeper's, `address` the client's.
  Session(SessionHouse& house, boost::asio::ip::tcp::socket socket, Doorkeeper::Id place, std::string address);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void start();
  // Closes between two requests; at once when none is under way.
  void finish();
  // Closes at once.
  void abort();
  [[nodiscard]] Doorkeeper::Id secure_place() const { return secure_place_; }

 private:
  using ErrorCode = boost::system::error_code;
  using HeaderParser = boost::beast::http::request_parser<boost::beast::http::empty_body>;
  using BodyParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void allow(std::chrono::milliseconds time);
  void on_deadline();
  // Beginning.
  void on_detected(bool tls);
  // Header.
  void next_request(std::chrono::milliseconds patience);
  void read_header();
  void on_header();
  void refuse_header(ErrorCode error);
  // Body.
  void admit(const Route& route);
  void upgrade();
  void read_body();
  void on_body();
  // Answer.
  void ask();
  [[nodiscard]] Reply reply_to(std::uint64_t request);
  void on_reply(std::uint64_t request, Response response);
  void refuse(Response response);
  void respond(Response response);
  void on_written(ErrorCode error);
  void end();
  void drain();

  // Constant after construction.
  SessionHouse& house_;
  const Doorkeeper::Id place_;
  const std::string address_;
  const bool local_;
  // Server's thread.
  Connection connection_;
  Doorkeeper::Id secure_place_ = 0;
  boost::asio::steady_timer deadline_;
  boost::beast::flat_buffer buffer_;
  std::optional<HeaderParser> header_;
  std::optional<BodyParser> body_;
  Request request_;
  const Route* route_ = nullptr;
  InFlight::Lease request_bytes_;
  InFlight::Lease answer_bytes_;
  ResponseWriter writer_;
  bool is_live_ = false;
  std::weak_ptr<LiveSession> live_;
  bool resting_ = true;  // between two requests
  bool unread_ = true;   // the rest of the request, header or body
  bool closed_ = false;
  bool head_ = false;
  bool keep_alive_ = false;
  bool finishing_ = false;
  std::uint64_t requests_ = 0;
  std::uint64_t awaited_ = 0;  // the request whose reply is awaited; 0: none
};

}  // namespace tarsier
