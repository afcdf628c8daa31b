#include "control/host_guard.hpp"

#include <strings.h>

#include <string>

#include "base/host_port.hpp"

namespace tarsier {

bool names_loopback(std::string_view host) {
  const auto address = parse_host_port(host);
  if (!address) return false;
  return strcasecmp(address->host.c_str(), "localhost") == 0 || address->host == "127.0.0.1" || address->host == "::1";
}

bool is_own_origin(std::string_view origin, std::string_view host, bool secure) {
  if (origin.empty()) return true;
  const std::string_view scheme = secure ? "https://" : "http://";
  if (!origin.starts_with(scheme)) return false;
  const auto authority = origin.substr(scheme.size());
  return authority.size() == host.size() && strncasecmp(authority.data(), host.data(), host.size()) == 0;
}

std::optional<Response> refuse_foreign_host(const Request& request) {
  if (names_loopback(request.host)) return std::nullopt;
  return problem(403, "the Host header must be localhost, 127.0.0.1 or [::1]: only this machine is served",
                 request.path);
}

}  // namespace tarsier
