// Where a server listens: which addresses it may, and the socket.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "base/result.hpp"

namespace tarsier {

// The endpoint of HOST:PORT, where HOST is an address or localhost. Others than the loopback's are refused unless
// `public_allowed`.
[[nodiscard]] Result<boost::asio::ip::tcp::endpoint> listen_endpoint(const std::string& listen, bool public_allowed);

// Opens, binds and listens; errors name `listen` and what to do.
[[nodiscard]] Result<void> open_acceptor(boost::asio::ip::tcp::acceptor& acceptor,
                                         const boost::asio::ip::tcp::endpoint& endpoint, const std::string& listen);

}  // namespace tarsier
