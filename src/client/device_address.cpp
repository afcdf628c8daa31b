#include "client/device_address.hpp"

#include <arpa/inet.h>

#include "base/host_port.hpp"

namespace tarsier {
namespace {

bool take_scheme(std::string_view& text, std::string_view start) {
  const bool there = text.starts_with(start);
  if (there) text.remove_prefix(start.size());
  return there;
}

}  // namespace

bool means_this_machine(std::string_view host) {
  const std::string name(host);
  in_addr four{};
  if (::inet_pton(AF_INET, name.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24U) == 127;
  return name == "localhost" || name == "::1";
}

Result<DeviceAddress> parse_device_address(std::string_view text) {
  const bool plain = take_scheme(text, "http://");
  const bool secure = !plain && take_scheme(text, "https://");
  if ((plain || secure) && text.ends_with('/')) text.remove_suffix(1);
  const auto parsed = parse_host_port(text);
  if (!parsed) return unexpected(parsed.error());
  return DeviceAddress{parsed->host, parsed->port, secure || (!plain && !means_this_machine(parsed->host))};
}

std::string to_text(const DeviceAddress& address) { return to_text(HostPort{address.host, address.port}); }

}  // namespace tarsier
