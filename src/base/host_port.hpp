// A host and a port as a person writes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tarsier {

struct HostPort {
  std::string host;  // name or address, without the brackets of IPv6
  std::uint16_t port = 0;
  bool operator==(const HostPort&) const = default;
};

// "localhost:8470", "127.0.0.1:8470", "[::1]:8470"; without a port it is `default_port`. Else an error that shows the
// form.
[[nodiscard]] Result<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port = 8470);
// The same form again: brackets round an address with colons.
[[nodiscard]] std::string to_text(const HostPort& address);

}  // namespace tarsier
