// One WebSocket: sends what its feed has, at its rate, to a client that keeps up.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <functional>
#include <memory>

#include "control/connection.hpp"
#include "control/in_flight.hpp"
#include "control/live_feed.hpp"

namespace tarsier {

// Server's thread. A tick at which the last one's messages are not out yet is left out and counted. What the client
// sends is read and forgotten: messages of more than 4 KiB, or more than 10 a second of messages and pings for 10 s,
// end it, and so does a client that answers no ping for 30 s.
class LiveSession {
 public:
  virtual ~LiveSession() = default;
  // Says goodbye.
  virtual void finish() = 0;
  // Closes at once.
  virtual void abort() = 0;
};

using UpgradeRequest = boost::beast::http::request<boost::beast::http::empty_body>;

// Goes on with the connection's stream. `keeper` is kept as long as the session lives, which is as long as an operation
// of it is pending; `loop` and `in_flight` outlive it.
[[nodiscard]] std::weak_ptr<LiveSession> start_live(boost::asio::io_context& loop, Connection& connection,
                                                    UpgradeRequest request, std::shared_ptr<LiveFeed> feed,
                                                    InFlight& in_flight, std::shared_ptr<void> keeper);

}  // namespace tarsier
