// A TCP connection to this machine that sends and reads bytes as they are. Reads wait, for ten seconds at most.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace tarsier {

class RawConnection {
 public:
  // `from`: the address that it comes from, one of the loopback.
  explicit RawConnection(std::uint16_t port, const char* from = "127.0.0.1")
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    ::inet_pton(AF_INET, from, &own.sin_addr);
    [[maybe_unused]] const auto bound = ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{10, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int fd() const { return socket_.get(); }
  void send(std::string_view bytes) {
    [[maybe_unused]] const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  // Until the other side closes, or `until` has come.
  [[nodiscard]] std::string read(std::string_view until = {}) {
    std::string text;
    std::array<char, 4096> piece{};
    for (;;) {
      if (!until.empty() && text.find(until) != std::string::npos) return text;
      const auto bytes = ::recv(socket_.get(), piece.data(), piece.size(), 0);
      ended_ = bytes == 0;
      if (bytes <= 0) return text;
      text.append(piece.data(), static_cast<std::size_t>(bytes));
    }
  }
  // Whether the last read ended because the other side closed in good order.
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  UniqueFd socket_;
  bool connected_ = false;
  bool ended_ = false;
};

}  // namespace tarsier
