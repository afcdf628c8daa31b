#include "control/server.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <map>
#include <utility>

#include "base/log.hpp"
#include "base/named_thread.hpp"
#include "control/give_way.hpp"
#include "control/http_request.hpp"
#include "control/listen.hpp"
#include "control/session.hpp"
#include "control/tls.hpp"

namespace tarsier {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using TlsContext = std::unique_ptr<asio::ssl::context>;

constexpr std::string_view full =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";

// A session with its timer, pending operations and the strings of one request, beside its header's buffer.
constexpr Bytes session_cost = kibibytes(8);
// Of OpenSSL and Asio: records of 17 KiB in each of three layers and both directions, the connection's state, and the
// slice of a file.
constexpr Bytes secure_cost = kibibytes(192);
// OpenSSL's tables, the routes, what the thread touches of its stack.
constexpr Bytes fixed_cost = mebibytes(3);
// Beast's buffers of one WebSocket.
constexpr Bytes live_cost = kibibytes(24);

class AsioServer final : public Server {
 public:
  AsioServer(Router router, const ServerLimits& limits, std::unique_ptr<Tokens> tokens, TlsContext tls)
      : router_(std::move(router)),
        limits_(limits),
        tls_(std::move(tls)),
        gate_(std::move(tokens), tls_ != nullptr),
        places_(limits.connections, limits.per_address, [this](Doorkeeper::Id id) { dismiss(id); }),
        secure_places_(limits.secure, limits.secure, [this](Doorkeeper::Id id) { dismiss_secure(id); }),
        in_flight_(limits.in_flight),
        house_{loop_,          router_,    limits_, gate_,      places_,
               secure_places_, in_flight_, 0,       tls_.get(), [this](Doorkeeper::Id place) { forget(place); }} {}

  ~AsioServer() override {
    if (!thread_.joinable()) return;
    asio::post(*loop_, [this] { stop(); });
    thread_.join();
  }

  [[nodiscard]] Result<void> open(const tcp::endpoint& endpoint, const std::string& listen) {
    if (auto opened = open_acceptor(acceptor_, endpoint, listen); !opened) return opened;
    ErrorCode error;
    port_ = acceptor_.local_endpoint(error).port();
    accept();
    thread_ = NamedThread("control", [this] { serve(); });
    return {};
  }
  [[nodiscard]] std::uint16_t port() const override { return port_; }

 private:
  void serve() {
    give_way();
    for (;;) {
      try {
        loop_->run();
        return;
      } catch (const std::exception& error) {
        log(Severity::error, fmt::format("control: a request failed: {}", error.what()));
      }
    }
  }

  void accept() {
    acceptor_.async_accept([this](ErrorCode error, tcp::socket socket) {
      if (stopping_) return;
      if (error) return accept_later(error);
      accept_failed_ = false;
      take(std::move(socket));
      accept();
    });
  }

  // Out of file descriptors, usually: asking again at once would only burn the processor.
  void accept_later(const ErrorCode& error) {
    if (!std::exchange(accept_failed_, true))
      log(Severity::warning, fmt::format("control: cannot accept connections: {}", error.message()));
    timer_.expires_after(std::chrono::milliseconds(100));
    timer_.async_wait([this](ErrorCode) {
      if (!stopping_) accept();
    });
  }

  void take(tcp::socket socket) {
    ErrorCode error;
    const auto peer = socket.remote_endpoint(error);
    if (error) return;  // it has gone again
    const auto address = peer.address().to_string();
    const auto place = places_.enter(network_of(address));
    if (place == 0) {
      socket.non_blocking(true, error);
      socket.write_some(asio::buffer(full), error);
      return;
    }
    socket.set_option(tcp::no_delay(true), error);
    const auto session = std::make_shared<Session>(house_, std::move(socket), place, address);
    sessions_[place] = session.get();
    session->start();
  }

  void dismiss(Doorkeeper::Id place) {
    if (const auto session = sessions_.find(place); session != sessions_.end()) session->second->abort();
  }

  void dismiss_secure(Doorkeeper::Id secure_place) {
    for (const auto& [place, session] : sessions_) {
      if (session->secure_place() == secure_place) return session->abort();
    }
  }

  void forget(Doorkeeper::Id place) {
    places_.leave(place);
    sessions_.erase(place);
    if (stopping_ && sessions_.empty()) timer_.cancel();
  }

  void stop() {
    stopping_ = true;
    ErrorCode ignored;
    acceptor_.close(ignored);
    timer_.cancel();
    for (const auto& [place, session] : sessions_) session->finish();
    if (sessions_.empty()) return;
    timer_.expires_after(std::chrono::seconds(1));
    timer_.async_wait([this](ErrorCode) {
      for (const auto& [place, session] : sessions_) session->abort();
    });
  }

  // Constant after construction, port_ after open. Replies that come late may outlive the server, and the loop with
  // them.
  const std::shared_ptr<asio::io_context> loop_ = std::make_shared<asio::io_context>(1);
  const Router router_;
  const ServerLimits limits_;
  const TlsContext tls_;
  std::uint16_t port_ = 0;
  // Server's thread, once it runs.
  Gate gate_;
  Doorkeeper places_;
  Doorkeeper secure_places_;
  InFlight in_flight_;
  SessionHouse house_;
  std::map<Doorkeeper::Id, Session*> sessions_;
  bool stopping_ = false;
  bool accept_failed_ = false;
  tcp::acceptor acceptor_{*loop_};
  asio::steady_timer timer_{*loop_};
  NamedThread thread_;
};

Result<std::unique_ptr<Tokens>> tokens_of(const ServerSetup& setup) {
  if (setup.token_file.empty()) return nullptr;
  auto tokens = Tokens::open(system_files(), setup.token_file);
  if (!tokens) return unexpected(std::move(tokens.error()).within("control.token_file"));
  return tokens;
}

Result<TlsContext> tls_of(const ServerSetup& setup) {
  if (setup.certificate.empty() && setup.private_key.empty()) return nullptr;
  if (setup.certificate.empty() || setup.private_key.empty()) {
    return misuse("TLS needs both control.certificate_file and control.private_key_file");
  }
  return server_tls(setup.certificate, setup.private_key);
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerSetup& setup, Router router) {
  const auto endpoint = listen_endpoint(setup.listen, !setup.token_file.empty());
  if (!endpoint) return unexpected(endpoint.error());
  auto tokens = tokens_of(setup);
  if (!tokens) return unexpected(std::move(tokens.error()));
  auto tls = tls_of(setup);
  if (!tls) return unexpected(std::move(tls.error()));
  try {
    auto server = std::make_unique<AsioServer>(std::move(router), setup.limits, std::move(*tokens), std::move(*tls));
    if (auto opened = server->open(*endpoint, setup.listen); !opened) return unexpected(std::move(opened.error()));
    return server;
  } catch (const std::exception& error) {
    return failure(fmt::format("cannot serve {}: {}", setup.listen, error.what()));
  }
}

Bytes Server::cost(const ServerLimits& limits) {
  return fixed_cost + (session_cost + limits.header) * limits.connections + secure_cost * limits.secure +
         live_cost * limits.live + limits.in_flight;
}

}  // namespace tarsier
