// One accepted socket, with TLS or without. Times out nothing: whoever owns it closes it.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <functional>
#include <variant>

namespace tarsier {

// Server's thread. One operation of a kind at a time; its completion is called later, never from within. What it is
// given stays valid until then.
class Connection {
 public:
  using Plain = boost::asio::ip::tcp::socket;
  using Secure = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;
  using ErrorCode = boost::system::error_code;
  using Completion = std::function<void(ErrorCode, std::size_t)>;

  explicit Connection(Plain socket) : stream_(std::move(socket)) {}

  // Whether the client begins with a TLS handshake; what was read of it stays in `buffer`.
  void detect_tls(boost::beast::flat_buffer& buffer, std::function<void(ErrorCode, bool)> done);
  // Goes on as TLS. `context` outlives the connection; `buffer` holds what the client has sent so far.
  void handshake(boost::asio::ssl::context& context, boost::beast::flat_buffer& buffer, Completion done);

  void read_some(boost::asio::mutable_buffer space, Completion done);
  // All of both.
  void write(boost::asio::const_buffer first, boost::asio::const_buffer second, Completion done);
  // Until the socket takes more bytes. Without TLS.
  void wait_writable(std::function<void(ErrorCode)> done);
  // Says that nothing more comes. With TLS done is called when the client has said so too; without, at once.
  void end_writing(std::function<void(ErrorCode)> done);
  // At once; pending operations end with an error.
  void close();

  [[nodiscard]] bool secure() const { return std::holds_alternative<Secure>(stream_); }
  [[nodiscard]] Plain& socket();
  // For a WebSocket, which goes on with it.
  [[nodiscard]] std::variant<Plain, Secure> release() { return std::move(stream_); }

 private:
  std::variant<Plain, Secure> stream_;
};

}  // namespace tarsier
