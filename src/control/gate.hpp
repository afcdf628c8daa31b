// Who may ask what: decides on a request from its header alone, before its body is read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "control/message.hpp"
#include "control/route.hpp"
#include "control/tokens.hpp"

namespace tarsier {

// What a request's connection says about it.
struct Peer {
  bool local = false;   // its address is of the loopback
  bool secure = false;  // with TLS
};

// One thread at a time.
class Gate {
 public:
  // Without `tokens` only local peers pass. With `needs_tls` peers of other machines must use it.
  explicit Gate(std::unique_ptr<Tokens> tokens = nullptr, bool needs_tls = false)
      : tokens_(std::move(tokens)), needs_tls_(needs_tls) {}

  // The refusal of a client, whatever it asks for; else its role is in `request`. `authorization` is that header.
  //  403: a Host that is not this machine's loopback, of a local client (DNS rebinding); an Origin that is another
  //       server's (a web page); no TLS where it is needed.
  //  401: no token, or one that nobody knows.
  [[nodiscard]] std::optional<Response> refuse_client(Request& request, std::string_view authorization, Peer peer);

 private:
  [[nodiscard]] std::optional<Response> refuse_stranger(Request& request, std::string_view authorization, bool secure);

  const std::unique_ptr<Tokens> tokens_;
  const bool needs_tls_;
};

// The refusal of what a client asks of a route. `sends_body`: the header announces one.
//  403: the route needs another role. 415: a write, or a body, of another content type than the route's.
[[nodiscard]] std::optional<Response> refuse_use(const Request& request, const Route& route, bool sends_body);

}  // namespace tarsier
