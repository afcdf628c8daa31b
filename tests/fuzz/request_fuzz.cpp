// Bytes that a client sends, to a real server over a real connection: it answers or closes, and lives on. Every run
// takes the way of the product, from the socket over the parser, the limits and the routes to the answer.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>

#include "base/unique_fd.hpp"
#include "control/made_up_device.hpp"
#include "control/routes.hpp"
#include "control/server.hpp"

using namespace tarsier;

namespace {

struct Device {
  MadeUpDevice api;
  std::unique_ptr<Server> server;

  Device() {
    std::signal(SIGPIPE, SIG_IGN);
    api.store = "/nowhere";
    ServerSetup setup;
    setup.listen = "127.0.0.1:0";
    auto started = Server::start(setup, control_routes(api));
    if (!started) std::abort();
    server = std::move(*started);
  }
};

UniqueFd connect_to(std::uint16_t port) {
  UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // Closed without a wait: half a million connections would use up the ports otherwise.
  const linger at_once{1, 0};
  const timeval patience{5, 0};
  if (setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) != 0 ||
      setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0)
    std::abort();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  // From ever another address: where the server closes first, the pair of ports rests for a minute.
  static std::uint32_t connections = 0;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + ++connections % 64);
  const int later = 1;  // the port, when the other side is known
  if (setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &later, sizeof later) != 0 ||
      bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    std::abort();
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // libFuzzer's own alarm may come meanwhile.
  while (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno != EISCONN) {
    if (errno == EINTR || errno == EALREADY) continue;
    std::perror("connect");
    std::abort();
  }
  return fd;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Device device;
  const UniqueFd client = connect_to(device.server->port());
  for (std::size_t sent = 0; sent < size;) {
    const ssize_t now = send(client.get(), data + sent, size - sent, MSG_NOSIGNAL);
    if (now <= 0) break;  // refused before the end
    sent += static_cast<std::size_t>(now);
  }
  shutdown(client.get(), SHUT_WR);
  // The end of what the client sends is the end of the talk: whoever still waits hangs.
  for (std::uint8_t answer[4096];;) {
    const ssize_t got = recv(client.get(), answer, sizeof answer, 0);
    if (got == 0) break;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) std::abort();
    if (got < 0) break;
  }
  return 0;
}
