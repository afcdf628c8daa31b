#include "control/listen.hpp"

#include <fmt/format.h>
#include <strings.h>

#include "base/host_port.hpp"

namespace tarsier {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

Error listen_error(const std::string& listen, const ErrorCode& error) {
  if (error == asio::error::address_in_use)
    return {
        fmt::format("{} is in use, perhaps by another tarsierd (`tarsier status` asks it); stop that "
                    "one or choose another port",
                    listen)};
  return {fmt::format("cannot listen on {}: {}", listen, error.message())};
}

}  // namespace

Result<tcp::endpoint> listen_endpoint(const std::string& listen, bool public_allowed) {
  auto host = parse_host_port(listen);
  if (!host) return unexpected(std::move(host.error()));
  if (strcasecmp(host->host.c_str(), "localhost") == 0) host->host = "127.0.0.1";
  ErrorCode error;
  const auto address = asio::ip::make_address(host->host, error);
  if (error) {
    return misuse(fmt::format("{}: {} is no address; use 127.0.0.1:{} for this machine alone, 0.0.0.0:{} for others",
                              listen, host->host, host->port, host->port));
  }
  if (!address.is_loopback() && !public_allowed) {
    return misuse(
        fmt::format("{}: other machines need tokens; set control.token_file to a file that `tarsier token "
                    "new` wrote, or listen on 127.0.0.1:{}",
                    listen, host->port));
  }
  return tcp::endpoint(address, host->port);
}

Result<void> open_acceptor(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, const std::string& listen) {
  ErrorCode error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return unexpected(listen_error(listen, error));
  return {};
}

}  // namespace tarsier
