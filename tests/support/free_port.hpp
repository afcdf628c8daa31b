// A port of the loopback that nobody listens on.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>

#include <cstdint>

#include "base/unique_fd.hpp"

namespace tarsier {

// 0: there is none.
inline std::uint16_t free_port() {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in own{};
  socklen_t size = sizeof own;
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* address = reinterpret_cast<sockaddr*>(&own);
  const bool bound = ::bind(socket.get(), address, size) == 0 && ::getsockname(socket.get(), address, &size) == 0;
  return bound ? ntohs(own.sin_port) : 0;
}

}  // namespace tarsier
