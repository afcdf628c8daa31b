// A listener on this machine that sends prepared bytes and keeps what it was asked.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/unique_fd.hpp"

namespace tarsier {

// Each inner list is a connection: one request is read before each of its texts is sent, then it is closed.
class CannedServer {
 public:
  CannedServer() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof own;
    [[maybe_unused]] const int bound = ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&own), size);
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&own), &size);
    port_ = ntohs(own.sin_port);
  }
  ~CannedServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
  }
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // From now on it speaks TLS.
  void secure(const std::filesystem::path& certificate, const std::filesystem::path& key) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to clients that have gone
    tls_.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_num_tickets(tls_.get(), 0);
    SSL_CTX_use_certificate_chain_file(tls_.get(), certificate.c_str());
    SSL_CTX_use_PrivateKey_file(tls_.get(), key.c_str(), SSL_FILETYPE_PEM);
  }
  void listen() { ::listen(listener_.get(), 8); }
  void answer(std::vector<std::vector<std::string>> connections) {
    listen();
    thread_ = std::thread([this, connections = std::move(connections)] {
      for (const auto& texts : connections) serve(texts);
    });
  }
  // What came, after all was sent.
  [[nodiscard]] const std::vector<std::string>& requests() {
    if (thread_.joinable()) thread_.join();
    return requests_;
  }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* connection) const { SSL_free(connection); }
  };

  void serve(const std::vector<std::string>& texts) {
    const UniqueFd connection(::accept(listener_.get(), nullptr, nullptr));
    const std::unique_ptr<SSL, Free> secure(tls_ && connection ? SSL_new(tls_.get()) : nullptr);
    if (!connection || (secure && !shake_hands(secure.get(), connection.get()))) return;
    for (const auto& text : texts) {
      requests_.push_back(read_request(connection.get(), secure.get()));
      if (requests_.back().empty()) return;
      const int bytes = static_cast<int>(text.size());
      [[maybe_unused]] const auto sent = secure ? SSL_write(secure.get(), text.data(), bytes)
                                                : ::send(connection.get(), text.data(), text.size(), MSG_NOSIGNAL);
    }
  }
  static bool shake_hands(SSL* secure, int fd) {
    SSL_set_fd(secure, fd);
    return SSL_accept(secure) == 1;
  }
  static std::string read_request(int fd, SSL* secure) {
    std::string text;
    std::array<char, 4096> piece{};
    // TLS begins with this byte, and is nothing that is understood here.
    while (!text.starts_with('\x16') && text.find("\r\n\r\n") == std::string::npos) {
      const auto bytes = secure != nullptr ? SSL_read(secure, piece.data(), static_cast<int>(piece.size()))
                                           : ::recv(fd, piece.data(), piece.size(), 0);
      if (bytes <= 0) break;
      text.append(piece.data(), static_cast<std::size_t>(bytes));
    }
    return text;
  }

  std::unique_ptr<SSL_CTX, Free> tls_;
  UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
  std::vector<std::string> requests_;
};

}  // namespace tarsier
