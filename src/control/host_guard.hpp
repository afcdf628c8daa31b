// Keeps web pages of other hosts away from a server that listens on loopback.
#pragma once

#include <optional>
#include <string_view>

#include "control/message.hpp"

namespace tarsier {

// Whether a Host header names this machine's loopback: localhost, 127.0.0.1 or [::1], with or without a port.
[[nodiscard]] bool names_loopback(std::string_view host);

// The refusal of a request whose Host is another: a page that a browser loaded from a name which now resolves to
// 127.0.0.1 (DNS rebinding) would send such a one. None: the request may pass.
[[nodiscard]] std::optional<Response> refuse_foreign_host(const Request& request);

// Whether an Origin header names the server that `host` (the Host header) does, so that the page that asks was loaded
// from here. True when there is none: no browser, or no page of another origin.
[[nodiscard]] bool is_own_origin(std::string_view origin, std::string_view host, bool secure);

}  // namespace tarsier
