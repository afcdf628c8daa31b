#include "control/gate.hpp"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>

#include "control/host_guard.hpp"

namespace tarsier {
namespace {

// The token of "Bearer TOKEN"; none: there is none.
std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() <= scheme.size()) return std::nullopt;
  if (strncasecmp(authorization.data(), scheme.data(), scheme.size()) != 0) return std::nullopt;
  return authorization.substr(scheme.size());
}

Response unknown_client(const Request& request) {
  auto refused =
      problem(401, "this needs \"Authorization: Bearer TOKEN\"; `tarsier token new` makes one", request.path);
  refused.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"tarsier\"");
  return refused;
}

bool is_write(const std::string& method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

}  // namespace

std::optional<Response> Gate::refuse_client(Request& request, std::string_view authorization, Peer peer) {
  if (!is_own_origin(request.origin, request.host, peer.secure)) {
    return problem(403, "a web page of another origin may not ask this device", request.path);
  }
  if (!peer.local) return refuse_stranger(request, authorization, peer.secure);
  request.role = Role::control;
  return refuse_foreign_host(request);
}

std::optional<Response> Gate::refuse_stranger(Request& request, std::string_view authorization, bool secure) {
  request.role = Role::none;
  if (needs_tls_ && !secure) return problem(403, "from another machine this device wants https", request.path);
  const auto token = bearer_token(authorization);
  if (!token) return std::nullopt;
  const auto role = tokens_ ? tokens_->role_of(*token) : std::nullopt;
  if (!role) return unknown_client(request);
  request.role = *role;
  return std::nullopt;
}

std::optional<Response> refuse_use(const Request& request, const Route& route, bool sends_body) {
  if (request.role == Role::none && route.needs != Role::none) return unknown_client(request);
  if (request.role < route.needs) {
    return problem(403, fmt::format("this needs a token of the role {}", to_text(route.needs)), request.path);
  }
  const auto& types = route.content_types;
  if (types.empty() && sends_body) return problem(413, "no body is expected here", request.path);
  if (!sends_body && !is_write(request.method)) return std::nullopt;
  if (std::find(types.begin(), types.end(), request.content_type) != types.end()) return std::nullopt;
  return problem(415, "Content-Type must be " + (types.empty() ? "application/json" : types.front()), request.path);
}

}  // namespace tarsier
