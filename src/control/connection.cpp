#include "control/connection.hpp"

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/detect_ssl.hpp>
#include <utility>

namespace tarsier {

namespace asio = boost::asio;

Connection::Plain& Connection::socket() {
  if (auto* secure = std::get_if<Secure>(&stream_)) return secure->next_layer();
  return std::get<Plain>(stream_);
}

void Connection::detect_tls(boost::beast::flat_buffer& buffer, std::function<void(ErrorCode, bool)> done) {
  boost::beast::async_detect_ssl(socket(), buffer, std::move(done));
}

void Connection::handshake(asio::ssl::context& context, boost::beast::flat_buffer& buffer, Completion done) {
  Plain socket = std::move(this->socket());
  auto& secure = stream_.emplace<Secure>(std::move(socket), context);
  secure.async_handshake(asio::ssl::stream_base::server, buffer.data(), std::move(done));
}

void Connection::read_some(asio::mutable_buffer space, Completion done) {
  std::visit([&](auto& stream) { stream.async_read_some(space, std::move(done)); }, stream_);
}

void Connection::write(asio::const_buffer first, asio::const_buffer second, Completion done) {
  const std::array<asio::const_buffer, 2> both{first, second};
  std::visit([&](auto& stream) { asio::async_write(stream, both, std::move(done)); }, stream_);
}

void Connection::wait_writable(std::function<void(ErrorCode)> done) {
  socket().async_wait(Plain::wait_write, std::move(done));
}

void Connection::end_writing(std::function<void(ErrorCode)> done) {
  if (auto* secure = std::get_if<Secure>(&stream_)) return secure->async_shutdown(std::move(done));
  ErrorCode error;
  socket().shutdown(Plain::shutdown_send, error);
  asio::post(socket().get_executor(), [error, done = std::move(done)] { done(error); });
}

void Connection::close() {
  ErrorCode ignored;
  socket().close(ignored);
}

}  // namespace tarsier
