// The HTTP server of the device: one thread, `control`, that reads requests, asks the router and writes its answers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "control/router.hpp"

namespace tarsier {

// What a client may take; larger or slower ones get 413, 431, 503 or a closed connection.
struct ServerLimits {
  Bytes header = kibibytes(8);
  Bytes body = kibibytes(64);
  std::size_t connections = 64;
  std::chrono::milliseconds request{10000};  // from its first byte to the response's last
  std::chrono::milliseconds answer{60000};   // from a request's last byte to its handler's reply; then 504
  std::chrono::milliseconds idle{30000};     // between two requests of one connection
};

class Server {
 public:
  // Listens on `listen`, HOST:PORT of the loopback; port 0 lets the kernel choose. Handlers are called on the server's
  // thread. Refused: an address that is not the loopback's (misuse), a port in use (failure).
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(const std::string& listen, Router router,
                                                             ServerLimits limits = {});
  // Accepts nothing more, lets requests under way end for at most a second, joins.
  virtual ~Server() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
};

}  // namespace tarsier
