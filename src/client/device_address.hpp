// Where a device answers, as a person writes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tarsier {

struct DeviceAddress {
  std::string host;  // name or address, without the brackets of IPv6
  std::uint16_t port = 8470;
  bool tls = false;
  bool operator==(const DeviceAddress&) const = default;
};

// "pi-left", "10.0.0.7:8470", "[fe80::1]:8470", "http://pi-left", "https://pi-left:8470". The port is 8470 unless it is
// said. Without a scheme the loopback means plain HTTP and every other host TLS.
[[nodiscard]] Result<DeviceAddress> parse_device_address(std::string_view text);
// "pi-left:8470": for messages.
[[nodiscard]] std::string to_text(const DeviceAddress& address);
// Whether the name or address is one of this machine's own: localhost, 127.x.x.x, ::1.
[[nodiscard]] bool means_this_machine(std::string_view host);

}  // namespace tarsier
