// The HTTP server of the device: one thread, `control`, that reads requests, asks the router and writes its answers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "control/router.hpp"
#include "control/server_limits.hpp"

namespace tarsier {

struct ServerSetup {
  std::string listen;                   // HOST:PORT; an address, or localhost. Port 0 lets the kernel choose
  std::filesystem::path token_file{};   // of clients of other machines
  std::filesystem::path certificate{};  // PEM, with `private_key`: TLS, which other machines must use then
  std::filesystem::path private_key{};
  ServerLimits limits{};
};

class Server {
 public:
  // Handlers are called on the server's thread. Refused as misuse: an address that is none or not numeric, one of
  // other machines without a token file, a token file or key that others may read; as failure: a port in use.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(const ServerSetup& setup, Router router);
  // Accepts nothing more, lets requests under way end for at most a second, joins.
  virtual ~Server() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  // Memory that it takes with all limits used up.
  [[nodiscard]] static Bytes cost(const ServerLimits& limits);
};

}  // namespace tarsier
