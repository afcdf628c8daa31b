#include "control/server.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <set>
#include <utility>

#include "base/host_port.hpp"
#include "base/log.hpp"
#include "base/named_thread.hpp"
#include "control/host_guard.hpp"
#include "control/session.hpp"

namespace tarsier {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr std::string_view busy =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";

Result<tcp::endpoint> loopback_endpoint(const std::string& listen) {
  auto address = parse_host_port(listen);
  if (!address) return unexpected(std::move(address.error()));
  if (!names_loopback(to_text(*address)))
    return misuse(
        fmt::format("{}: only loopback addresses are served yet; use 127.0.0.1:{} and reach "
                    "it from elsewhere through an SSH tunnel",
                    listen, address->port));
  if (address->host == "::1") return tcp::endpoint(asio::ip::address_v6::loopback(), address->port);
  return tcp::endpoint(asio::ip::address_v4::loopback(), address->port);
}

Error listen_error(const std::string& listen, const ErrorCode& error) {
  if (error == asio::error::address_in_use)
    return {
        fmt::format("{} is in use, perhaps by another tarsierd (`tarsier status` asks it); stop that "
                    "one or choose another port",
                    listen)};
  return {fmt::format("cannot listen on {}: {}", listen, error.message())};
}

class AsioServer final : public Server {
 public:
  AsioServer(Router router, ServerLimits limits) : router_(std::move(router)), limits_(limits) {}
  ~AsioServer() override {
    if (!thread_.joinable()) return;
    asio::post(*loop_, [this] { stop(); });
    thread_.join();
  }

  [[nodiscard]] ErrorCode open(const tcp::endpoint& endpoint) {
    ErrorCode error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) port_ = acceptor_.local_endpoint(error).port();
    return error;
  }
  void start_thread() {
    accept();
    thread_ = NamedThread("control", [this] { serve(); });
  }
  [[nodiscard]] std::uint16_t port() const override { return port_; }

 private:
  void serve() {
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
    ErrorCode ignored;
    if (sessions_.size() >= limits_.connections) {
      socket.non_blocking(true, ignored);
      socket.write_some(asio::buffer(busy), ignored);
      return;
    }
    const auto session = std::make_shared<Session>(loop_, std::move(socket), router_, limits_,
                                                   [this](Session* ended) { forget(ended); });
    sessions_.insert(session.get());
    session->start();
  }

  void forget(Session* session) {
    sessions_.erase(session);
    if (stopping_ && sessions_.empty()) timer_.cancel();
  }

  void stop() {
    stopping_ = true;
    ErrorCode ignored;
    acceptor_.close(ignored);
    timer_.cancel();
    for (auto* session : sessions_) session->finish();
    if (sessions_.empty()) return;
    timer_.expires_after(std::chrono::seconds(1));
    timer_.async_wait([this](ErrorCode) {
      for (auto* session : sessions_) session->abort();
    });
  }

  // Constant after construction, port_ after open.
  const Router router_;
  const ServerLimits limits_;
  std::uint16_t port_ = 0;
  // Server's thread, once it runs. Replies that come late may outlive the server, and the loop with them.
  std::set<Session*> sessions_;
  bool stopping_ = false;
  bool accept_failed_ = false;
  std::shared_ptr<asio::io_context> loop_ = std::make_shared<asio::io_context>(1);
  tcp::acceptor acceptor_{*loop_};
  asio::steady_timer timer_{*loop_};
  NamedThread thread_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const std::string& listen, Router router, ServerLimits limits) {
  const auto endpoint = loopback_endpoint(listen);
  if (!endpoint) return unexpected(endpoint.error());
  try {
    auto server = std::make_unique<AsioServer>(std::move(router), limits);
    if (const auto error = server->open(*endpoint)) return unexpected(listen_error(listen, error));
    server->start_thread();
    return server;
  } catch (const std::exception& error) {
    return failure(fmt::format("cannot serve {}: {}", listen, error.what()));
  }
}

}  // namespace tarsier
