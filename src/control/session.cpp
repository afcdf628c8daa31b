#include "control/session.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <limits>
#include <utility>

#include "control/http_request.hpp"

namespace tarsier {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::uint64_t bytes_per_second_at_least = 16 * 1024;

}  // namespace

Session::Session(SessionHouse& house, asio::ip::tcp::socket socket, Doorkeeper::Id place, std::string address)
    : house_(house),
      place_(place),
      address_(std::move(address)),
      local_(is_loopback(address_)),
      connection_(std::move(socket)),
      deadline_(*house.loop),
      buffer_(house.limits.header.count) {}

Session::~Session() {
  if (is_live_) --house_.live;
  house_.secure_places.leave(secure_place_);
  house_.ended(place_);
}

void Session::start() {
  if (house_.tls == nullptr) return next_request(house_.limits.request);
  allow(house_.limits.handshake);
  connection_.detect_tls(buffer_, [self = shared_from_this()](ErrorCode error, bool tls) {
    if (error) return self->abort();
    self->on_detected(tls);
  });
}

void Session::on_detected(bool tls) {
  if (!tls) return next_request(house_.limits.request);
  secure_place_ = house_.secure_places.enter(network_of(address_));
  if (secure_place_ == 0) return abort();
  connection_.handshake(*house_.tls, buffer_, [self = shared_from_this()](ErrorCode error, std::size_t used) {
    if (error) return self->abort();
    self->buffer_.consume(used);
    self->next_request(self->house_.limits.request);
  });
}

// One absolute deadline at a time: it isn't moved by bytes that trickle in.
void Session::allow(std::chrono::milliseconds time) {
  deadline_.expires_after(time);
  deadline_.async_wait([self = shared_from_this()](ErrorCode error) {
    // One that was moved after it had passed tells so by its time.
    if (!error && self->deadline_.expiry() <= asio::steady_timer::clock_type::now()) self->on_deadline();
  });
}

void Session::on_deadline() {
  if (awaited_ == 0) return abort();
  on_reply(awaited_, problem(504, "the device has not answered in time; ask again", request_.path));
}

void Session::finish() {
  finishing_ = true;
  if (const auto live = live_.lock()) return live->finish();
  if (resting_) abort();
}

void Session::abort() {
  closed_ = true;
  awaited_ = 0;
  deadline_.cancel();
  if (!is_live_) return connection_.close();
  if (const auto live = live_.lock()) live->abort();
}

void Session::next_request(std::chrono::milliseconds patience) {
  resting_ = true;
  house_.places.rest(place_, true);
  request_bytes_ = {};
  request_ = {};
  body_.reset();
  header_.emplace();
  header_->header_limit(static_cast<std::uint32_t>(house_.limits.header.count));
  header_->body_limit(std::numeric_limits<std::uint64_t>::max());  // known when the route is
  unread_ = true;
  if (buffer_.size() == 0) allow(patience);
  read_header();
}

void Session::read_header() {
  if (buffer_.size() > 0) {
    if (std::exchange(resting_, false)) allow(house_.limits.request);
    house_.places.rest(place_, false);
    ErrorCode error;
    buffer_.consume(header_->put(buffer_.data(), error));
    if (header_->is_header_done()) return on_header();
    if (error && error != http::error::need_more) return refuse_header(error);
    if (buffer_.size() == buffer_.max_size()) return refuse_header(http::error::header_limit);
  }
  connection_.read_some(buffer_.prepare(buffer_.max_size() - buffer_.size()),
                        [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
                          if (error || self->closed_) return self->abort();
                          self->buffer_.commit(bytes);
                          self->read_header();
                        });
}

void Session::refuse_header(ErrorCode error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return refuse(problem(431, "the request's header is larger than " + to_text(house_.limits.header), ""));
  }
  refuse(problem(400, "this is not an HTTP/1.1 request: " + error.message(), ""));
}

void Session::on_header() {
  const auto& message = header_->get();
  unread_ = announces_body(*header_);
  keep_alive_ = message.keep_alive();
  head_ = message.method() == http::verb::head;
  auto request = request_from(message);
  if (!request) {
    keep_alive_ = false;
    return refuse(problem(400, request.error().message, ""));
  }
  request_ = std::move(*request);
  request_.peer = address_;
  request_.local = local_;
  const auto shown = message[http::field::authorization];
  if (auto refused = house_.gate.refuse_client(request_, {shown.data(), shown.size()}, {local_, connection_.secure()}))
    return refuse(std::move(*refused));
  if (request_.role != Role::none) {
    house_.places.prove(place_);
    house_.secure_places.prove(secure_place_);
  }
  auto found = house_.router.find(request_);
  if (auto* refused = std::get_if<Response>(&found)) return refuse(std::move(*refused));
  admit(*std::get<const Route*>(found));
}

void Session::admit(const Route& route) {
  if (auto refused = refuse_use(request_, route, unread_)) return refuse(std::move(*refused));
  route_ = &route;
  if (route.feed && boost::beast::websocket::is_upgrade(header_->get())) return upgrade();
  if (!unread_) return ask();
  const auto length = header_->content_length();
  if (length && *length > route.most_body.count) {
    return refuse(problem(413, "the request's body is larger than " + to_text(route.most_body), request_.path));
  }
  auto lease = house_.in_flight.take(length ? *length : route.most_body.count);
  if (!lease) return refuse(busy(request_));
  request_bytes_ = std::move(*lease);
  body_.emplace(std::move(*header_));
  body_->body_limit(route.most_body.count);
  body_->eager(true);
  allow(house_.limits.body);
  if (!wants_continue(body_->get())) return read_body();
  ResponseWriter::write_continue(connection_, [self = shared_from_this()](ErrorCode error) {
    if (error || self->closed_) return self->abort();
    self->read_body();
  });
}

// From here on the session only keeps its place.
void Session::upgrade() {
  if (buffer_.size() > 0) return refuse(problem(400, "wait for the answer before you go on", request_.path));
  if (house_.live >= house_.limits.live) return refuse(busy(request_));
  const auto feed = route_->feed(request_);
  if (!feed) return refuse(problem(feed.error().status, feed.error().detail, request_.path));
  ++house_.live;
  is_live_ = true;
  deadline_.cancel();
  live_ = start_live(*house_.loop, connection_, header_->release(), *feed, house_.in_flight, shared_from_this());
}

void Session::read_body() {
  if (buffer_.size() > 0) {
    ErrorCode error;
    buffer_.consume(body_->put(buffer_.data(), error));
    if (body_->is_done()) return on_body();
    if (error == http::error::body_limit) {
      return refuse(problem(413, "the request's body is larger than " + to_text(route_->most_body), request_.path));
    }
    if (error && error != http::error::need_more) {
      return refuse(problem(400, "the request's body is malformed: " + error.message(), request_.path));
    }
  }
  if (buffer_.size() == buffer_.max_size()) return refuse(problem(400, "a chunk's line is too long", request_.path));
  connection_.read_some(buffer_.prepare(buffer_.max_size() - buffer_.size()),
                        [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
                          if (error || self->closed_) return self->abort();
                          self->buffer_.commit(bytes);
                          self->read_body();
                        });
}

void Session::on_body() {
  unread_ = false;
  request_.body = std::move(body_->get().body());
  ask();
}

void Session::ask() {
  awaited_ = ++requests_;
  allow(house_.limits.answer);
  call(*route_, request_, reply_to(awaited_));
}

// The handler may call it on any thread, and when the session is gone.
Reply Session::reply_to(std::uint64_t request) {
  return [loop = house_.loop, session = weak_from_this(), request](Response response) {
    asio::post(*loop, [session, request, response = std::move(response)]() mutable {
      if (const auto self = session.lock()) self->on_reply(request, std::move(response));
    });
  };
}

void Session::on_reply(std::uint64_t request, Response response) {
  if (awaited_ != request || closed_) return;
  awaited_ = 0;
  request_bytes_ = {};
  respond(std::move(response));
}

// Without having read what belongs to the request.
void Session::refuse(Response response) {
  if (unread_) keep_alive_ = false;
  respond(std::move(response));
}

void Session::respond(Response response) {
  const bool in_memory = std::holds_alternative<std::string>(response.body);
  auto lease = house_.in_flight.take(in_memory ? length_of(response.body) : 0);
  if (!lease) response = busy(request_);
  if (lease) answer_bytes_ = std::move(*lease);
  allow(house_.limits.write + std::chrono::seconds(length_of(response.body) / bytes_per_second_at_least));
  keep_alive_ = keep_alive_ && !finishing_;
  writer_.write(connection_, std::move(response), head_, keep_alive_,
                [self = shared_from_this()](ErrorCode error) { self->on_written(error); });
}

void Session::on_written(ErrorCode error) {
  answer_bytes_ = {};
  if (error || closed_) return abort();
  if (keep_alive_ && !finishing_) return next_request(house_.limits.idle);
  end();
}

// Closing with unread bytes resets the connection, and the client could lose the answer: so what still comes is read
// and forgotten for a while.
void Session::end() {
  resting_ = true;
  if (finishing_) return abort();
  allow(house_.limits.drain);
  connection_.end_writing([self = shared_from_this()](ErrorCode error) {
    if (error || self->connection_.secure()) return self->abort();
    self->drain();
  });
}

void Session::drain() {
  buffer_.clear();
  connection_.read_some(buffer_.prepare(4096), [self = shared_from_this()](ErrorCode error, std::size_t) {
    if (error || self->closed_) return self->abort();
    self->drain();
  });
}

}  // namespace tarsier
