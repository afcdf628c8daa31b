// Finds the devices that announce themselves in the local network (DNS-SD), through the Avahi daemon of this machine.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace tarsier {

// What a device says of itself; nothing of it is proved. Its texts hold no control characters.
struct FoundDevice {
  std::string name;     // of the service: "Tarsier on pi-left"
  std::string host;     // "pi-left.local"
  std::string address;  // IPv4, or IPv6 without brackets
  std::uint16_t port = 0;
  bool tls = true;  // unless the announcement says tls=no
  bool operator==(const FoundDevice&) const = default;
};

// Listens for `wait`; blocks so long. In the order of their names, each once. Fails where no Avahi daemon runs.
[[nodiscard]] Result<std::vector<FoundDevice>> discover(std::chrono::milliseconds wait);

// A device answers once for each of its addresses: the one to use is IPv4, or else IPv6 that needs no interface's name.
[[nodiscard]] std::vector<FoundDevice> one_for_each(std::vector<FoundDevice> found);

}  // namespace tarsier
