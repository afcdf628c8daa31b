#include "client/link.hpp"

#include <fmt/format.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <cerrno>

#include "client/trust.hpp"

namespace tarsier {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr auto look_interval = std::chrono::milliseconds(100);

// The errno that says of a failed connection what kind of failure it was.
int number_of(const boost::system::error_code& error) {
  if (error == asio::error::connection_refused) return ECONNREFUSED;
  if (error == asio::error::timed_out) return ETIMEDOUT;
  if (error == asio::error::operation_aborted) return ECANCELED;
  if (error.category() == asio::error::get_netdb_category() || error.category() == asio::error::get_addrinfo_category())
    return EHOSTUNREACH;
  if (error.category() == asio::error::get_system_category() || error == asio::error::eof) return ECONNRESET;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return ECONNRESET;
  return error == asio::ssl::error::stream_truncated ? ECONNRESET : 0;
}

}  // namespace

Link::Link(const Access& access, const std::function<bool()>& wanted) : access_(access), wanted_(wanted) {
  // Beast reads no more at once than has been reserved.
  buffer_.reserve(buffer_.max_size());
}
Link::~Link() = default;

// Runs the operation that `start` begins to its end. One that is late or no longer wanted is cut off with its socket.
template <typename Start>
Result<void> Link::finish(Start start, Deadline deadline) {
  std::optional<ErrorCode> outcome;
  start([&outcome](ErrorCode error, const auto&...) { outcome = error; });
  loop_.restart();
  while (!outcome && std::chrono::steady_clock::now() < deadline && wanted_()) {
    loop_.run_one_for(std::min<std::chrono::nanoseconds>(look_interval, deadline - std::chrono::steady_clock::now()));
  }
  if (!outcome) {
    plain_.cancel();
    plain_.close();
    loop_.run();
    return unexpected(error_of(wanted_() ? asio::error::timed_out : asio::error::operation_aborted));
  }
  if (*outcome) return unexpected(error_of(*outcome));
  return {};
}

template <typename Use>
void Link::with_stream(Use use) {
  if (secure_) return use(*secure_);
  use(plain_);
}

Error Link::error_of(ErrorCode error) const {
  const auto place = to_text(access_.address);
  const int number = number_of(error);
  if (number == ECANCELED) return {place + ": stopped", false, number};
  if (number == ETIMEDOUT)
    return {fmt::format("the daemon at {} did not answer in time; look whether it is stuck with "
                        "`systemctl status tarsierd`",
                        place),
            false, number};
  if (number == ECONNREFUSED)
    return {fmt::format("no daemon answers at {}; start tarsierd there, or name another address", place), false,
            number};
  return {fmt::format("cannot talk to {}: {}; look at the network, or name another address", place, error.message()),
          false, number};
}

Result<void> Link::open(Deadline deadline) {
  const auto place = to_text(access_.address);
  // Nobody proves to be the pinned device without it.
  if (access_.fingerprint && !access_.address.tls)
    return misuse(
        fmt::format("{}: a fingerprint is of a certificate, and plain HTTP has none; write https://{}", place, place));
  asio::ip::tcp::resolver resolver(loop_);
  asio::ip::tcp::resolver::results_type found;
  const auto resolve = [&](auto done) {
    resolver.async_resolve(access_.address.host, std::to_string(access_.address.port),
                           [&found, done](ErrorCode error, asio::ip::tcp::resolver::results_type results) {
                             found = std::move(results);
                             done(error);
                           });
  };
  if (auto known = finish(resolve, deadline); !known) return known;
  if (auto done = finish([&](auto then) { plain_.async_connect(found, then); }, deadline); !done) return done;
  ErrorCode ignored;
  plain_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  return access_.address.tls ? shake_hands(deadline) : may_send_token();
}

Result<void> Link::may_send_token() {
  ErrorCode error;
  const auto peer = plain_.socket().remote_endpoint(error);
  if (error) return unexpected(error_of(error));
  if (!access_.token || peer.address().is_loopback()) return {};
  return misuse(
      fmt::format("{}: a token is not sent over plain HTTP, where others can read it; make a certificate with `tarsier "
                  "cert new` and use https://{}",
                  to_text(access_.address), to_text(access_.address)));
}

Result<void> Link::shake_hands(Deadline deadline) {
  tls_.emplace(client_tls());
  secure_.emplace(plain_, *tls_);
  expect_host(secure_->native_handle(), access_.address.host);
  const auto shake = [&](auto done) { secure_->async_handshake(asio::ssl::stream_base::client, done); };
  if (auto shaken = finish(shake, deadline); !shaken) {
    if (shaken.error().error_number != 0 && shaken.error().error_number != ECONNRESET) return shaken;
    shaken.error().message +=
        fmt::format("; if the device has no certificate, write http://{}", to_text(access_.address));
    return shaken;
  }
  return check_peer(secure_->native_handle(), access_);
}

Result<void> Link::write(Request& request, Deadline deadline) {
  return finish([&](auto done) { with_stream([&](auto& stream) { http::async_write(stream, request, done); }); },
                deadline);
}

Result<void> Link::read(TextParser& parser, Deadline deadline) {
  auto got =
      finish([&](auto done) { with_stream([&](auto& stream) { http::async_read(stream, buffer_, parser, done); }); },
             deadline);
  answered_ = answered_ || parser.got_some();
  return got;
}

Result<void> Link::read_header(PieceParser& parser, Deadline deadline) {
  auto got = finish(
      [&](auto done) { with_stream([&](auto& stream) { http::async_read_header(stream, buffer_, parser, done); }); },
      deadline);
  answered_ = answered_ || parser.got_some();
  return got;
}

Result<void> Link::read_piece(PieceParser& parser, Deadline deadline) {
  // A full buffer is no error: it was asked for.
  const auto read = [&](auto done) {
    with_stream([&](auto& stream) {
      http::async_read_some(stream, buffer_, parser, [done](ErrorCode error, std::size_t) {
        done(error == http::error::need_buffer ? ErrorCode() : error);
      });
    });
  };
  return finish(read, deadline);
}

}  // namespace tarsier
