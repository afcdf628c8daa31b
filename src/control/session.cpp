#include "control/session.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "control/host_guard.hpp"

namespace tarsier {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = boost::asio::ip::tcp;

template <typename Text>
std::string to_string(const Text& text) {
  return {text.data(), text.size()};
}

Request to_request(http::request<http::string_body>&& message) {
  const auto target = to_string(message.target());
  const auto question = target.find('?');
  const bool has_query = question != std::string::npos;
  Request request;
  request.method = to_string(message.method_string());
  request.path = target.substr(0, question);
  request.query = has_query ? target.substr(question + 1) : "";
  request.host = to_string(message[http::field::host]);
  request.body = std::move(message.body());
  request.local = true;
  return request;
}

http::response<http::string_body> to_message(const Response& response, bool keep_alive, bool head) {
  http::response<http::string_body> message{static_cast<http::status>(response.status), 11};
  message.set(http::field::server, "tarsier/" TARSIER_VERSION);
  message.set(http::field::content_type, response.content_type);
  message.set(http::field::cache_control, "no-store");
  message.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.keep_alive(keep_alive);
  message.content_length(length_of(response.body));
  if (!head) message.body() = response.text();
  return message;
}

}  // namespace

Session::Session(std::shared_ptr<boost::asio::io_context> loop, tcp::socket socket, const Router& router,
                 const ServerLimits& limits, std::function<void(Session*)> ended)
    : loop_(std::move(loop)),
      router_(router),
      limits_(limits),
      ended_(std::move(ended)),
      stream_(std::move(socket)),
      patience_(*loop_),
      buffer_(limits.header.count + limits.body.count) {}

void Session::finish() {
  finishing_ = true;
  if (between_requests_) abort();
}

void Session::abort() {
  ErrorCode ignored;
  // The pending operation ends with an error, and with it the session.
  stream_.socket().close(ignored);
  patience_.cancel();
}

void Session::wait_for_request(std::chrono::milliseconds patience) {
  between_requests_ = true;
  if (buffer_.size() > 0) return read_request();
  stream_.expires_after(patience);
  stream_.async_read_some(buffer_.prepare(1024), [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
    if (error) return;
    self->buffer_.commit(bytes);
    self->read_request();
  });
}

void Session::read_request() {
  between_requests_ = false;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(limits_.header.count));
  parser_->body_limit(limits_.body.count);
  // One absolute deadline: it isn't moved by bytes that trickle in.
  stream_.expires_after(limits_.request);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](ErrorCode error, std::size_t) { self->on_request(error); });
}

void Session::on_request(ErrorCode error) {
  if (error == http::error::body_limit)
    return refuse(413, "the request's body is larger than " + to_text(limits_.body));
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return refuse(431, "the request's header is larger than " + to_text(limits_.header));
  if (error == http::error::end_of_stream || error == http::error::partial_message) return;
  if (error && error.category() == make_error_code(http::error::bad_method).category())
    return refuse(400, "this is not an HTTP/1.1 request: " + error.message());
  if (error) return;
  if (parser_->get().count(http::field::host) != 1) return refuse(400, "exactly one Host header is needed");
  keep_alive_ = parser_->get().keep_alive();
  ask(to_request(parser_->release()));
}

void Session::ask(Request request) {
  if (const auto refused = refuse_foreign_host(request)) return respond(*refused);
  awaited_ = ++requests_;
  const auto reply = reply_to(awaited_);
  patience_.expires_after(limits_.answer);
  patience_.async_wait([self = shared_from_this(), request = awaited_](ErrorCode error) {
    if (!error) self->on_reply(request, problem(504, "the device has not answered in time; ask again", ""));
  });
  router_(std::move(request), reply);
}

// The handler may call it on any thread, and when the session is gone.
Reply Session::reply_to(std::uint64_t request) {
  return [loop = loop_, session = weak_from_this(), request](Response response) {
    boost::asio::post(*loop, [session, request, response = std::move(response)] {
      if (const auto self = session.lock()) self->on_reply(request, response);
    });
  };
}

void Session::on_reply(std::uint64_t request, const Response& response) {
  if (awaited_ != request) return;
  awaited_ = 0;
  patience_.cancel();
  respond(response);
}

void Session::refuse(unsigned status, const std::string& detail) {
  keep_alive_ = false;
  respond(problem(status, detail, ""));
}

void Session::respond(const Response& response) {
  const bool head = parser_->get().method() == http::verb::head;
  response_ = to_message(response, keep_alive_ && !finishing_, head);
  stream_.expires_after(limits_.request);
  http::async_write(stream_, response_,
                    [self = shared_from_this()](ErrorCode error, std::size_t) { self->on_written(error); });
}

void Session::on_written(ErrorCode error) {
  if (error) return;
  if (response_.keep_alive() && !finishing_) return wait_for_request(limits_.idle);
  ErrorCode ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  drain();
}

// Closing with unread bytes resets the connection, and the client could lose the response: so what still comes is read
// and forgotten until it closes or the request's deadline passes.
void Session::drain() {
  between_requests_ = true;
  if (finishing_) return;
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(4096), [self = shared_from_this()](ErrorCode error, std::size_t) {
    if (!error) self->drain();
  });
}

}  // namespace tarsier
