// Whether the one at the other end of TLS is the device that is meant.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <string>

#include "base/result.hpp"
#include "client/device.hpp"

namespace tarsier {

// TLS 1.2 and later with the system's authorities. A handshake succeeds with any certificate: check_peer() judges it
// before anything is sent.
[[nodiscard]] boost::asio::ssl::context client_tls();

// Before the handshake: the name that is asked for, and that the certificate must be for.
void expect_host(SSL* tls, const std::string& host);

// After the handshake. The error shows the certificate's fingerprint and how to accept it.
[[nodiscard]] Result<void> check_peer(SSL* tls, const Access& access);

}  // namespace tarsier
