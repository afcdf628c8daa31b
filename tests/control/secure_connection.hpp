// A TLS connection to this machine that takes any certificate. Reads wait, for ten seconds at most.
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <memory>
#include <string>

#include "support/raw_connection.hpp"

namespace tarsier {

class SecureConnection {
 public:
  explicit SecureConnection(std::uint16_t port, int newest_version = TLS1_3_VERSION)
      : plain_(port), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_security_level(context_.get(), 0);  // versions that nobody should speak, too
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), newest_version);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), plain_.fd());
    connected_ = SSL_connect(ssl_.get()) == 1;
  }

  [[nodiscard]] bool connected() const { return connected_; }
  void send(std::string_view bytes) { SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())); }
  // Until the other side closes.
  [[nodiscard]] std::string read() {
    std::string text;
    std::array<char, 16384> piece{};
    for (;;) {
      const int bytes = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
      if (bytes <= 0) return text;
      text.append(piece.data(), static_cast<std::size_t>(bytes));
    }
  }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  RawConnection plain_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
  bool connected_ = false;
};

}  // namespace tarsier
