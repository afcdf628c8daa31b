// What clients may take of the device, and what that costs.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/bytes.hpp"

namespace tarsier {

// Larger or slower clients get 413, 431, 503 or a closed connection. Times are absolute: bytes that trickle in do not
// move them.
struct ServerLimits {
  std::size_t connections = 160;
  std::size_t per_address = 80;  // of one address; of one network of 64 bits with IPv6
  std::size_t secure = 48;       // with TLS
  std::size_t live = 32;         // WebSockets
  Bytes header = kibibytes(8);
  Bytes in_flight = mebibytes(8);             // bodies of requests and answers, all together
  std::chrono::milliseconds handshake{5000};  // of TLS, from the connection's first byte
  std::chrono::milliseconds request{10000};   // header, from its first byte or the connection's beginning
  std::chrono::milliseconds body{30000};      // from the header's end
  std::chrono::milliseconds answer{60000};    // until the handler's reply; then 504
  std::chrono::milliseconds idle{30000};      // between two requests of one connection
  std::chrono::milliseconds write{30000};     // an answer's first 16 KiB and, for each further 16 KiB, a second
  std::chrono::milliseconds drain{2000};      // what still comes behind a refused request
};

}  // namespace tarsier
