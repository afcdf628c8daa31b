#include "control/session.hpp"

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <string>
#include <string_view>
#include <utility>

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
  return {to_string(message.method_string()), target.substr(0, question), has_query ? target.substr(question + 1) : "",
          to_string(message[http::field::host]), std::move(message.body())};
}

http::response<http::string_body> to_message(const Response& response, bool keep_alive, bool head) {
  http::response<http::string_body> message{static_cast<http::status>(response.status), 11};
  message.set(http::field::server, "tarsier/" TARSIER_VERSION);
  message.set(http::field::content_type, response.content_type);
  message.set(http::field::cache_control, "no-store");
  message.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.keep_alive(keep_alive);
  message.content_length(response.body.size());
  if (!head) message.body() = response.body;
  return message;
}

}  // namespace

Session::Session(tcp::socket socket, const Handler& handler, const ServerLimits& limits,
                 std::function<void(Session*)> ended)
    : handler_(handler),
      limits_(limits),
      ended_(std::move(ended)),
      stream_(std::move(socket)),
      buffer_(limits.header.count + limits.body.count) {}

void Session::finish() {
  finishing_ = true;
  if (between_requests_) abort();
}

void Session::abort() {
  ErrorCode ignored;
  // The pending operation ends with an error, and with it the session.
  stream_.socket().close(ignored);
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
  const bool keep_alive = parser_->get().keep_alive();
  respond(handler_(to_request(parser_->release())), keep_alive);
}

void Session::refuse(unsigned status, const std::string& detail) { respond(problem(status, detail, ""), false); }

void Session::respond(const Response& response, bool keep_alive) {
  const bool head = parser_->get().method() == http::verb::head;
  response_ = to_message(response, keep_alive && !finishing_, head);
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
