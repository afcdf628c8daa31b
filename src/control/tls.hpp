// The server's side of TLS: certificate, key, and what is never spoken.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>

#include "base/result.hpp"

namespace tarsier {

// TLS 1.2 and later, with the certificate chain and the private key of two PEM files. No session is remembered and no
// renegotiation allowed, so that a client takes no memory but its connection's. Refused: files that can't be read or
// don't fit together, a key that others than its owner may read.
[[nodiscard]] Result<std::unique_ptr<boost::asio::ssl::context>> server_tls(const std::filesystem::path& certificate,
                                                                            const std::filesystem::path& private_key);

}  // namespace tarsier
