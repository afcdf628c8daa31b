#include "control/live_session.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <string>
#include <utility>

namespace tarsier {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using ErrorCode = boost::system::error_code;
using Time = asio::steady_timer::clock_type;

constexpr std::size_t largest_message = 4096;
constexpr int most_in_window = 100;
constexpr std::chrono::seconds flood_window{10};

// Of messages and pings of one client.
class FloodMeter {
 public:
  // False: too many.
  [[nodiscard]] bool count() {
    const auto now = Time::now();
    if (now - begun_ > flood_window) {
      begun_ = now;
      counted_ = 0;
    }
    return ++counted_ <= most_in_window;
  }

 private:
  Time::time_point begun_ = Time::now();
  int counted_ = 0;
};

template <typename Stream>
class StreamSession final : public LiveSession, public std::enable_shared_from_this<StreamSession<Stream>> {
 public:
  StreamSession(asio::io_context& loop, Stream stream, std::shared_ptr<LiveFeed> feed, InFlight& in_flight,
                std::shared_ptr<void> keeper)
      : keeper_(std::move(keeper)),
        feed_(std::move(feed)),
        in_flight_(in_flight),
        socket_(std::move(stream)),
        tick_(loop) {
    socket_.set_option(websocket::stream_base::timeout{std::chrono::seconds(5), std::chrono::seconds(30), true});
    socket_.read_message_max(largest_message);
    socket_.text(true);
    socket_.control_callback([this](websocket::frame_type, auto) {
      if (!flood_.count()) abort();
    });
  }

  void start(UpgradeRequest request) {
    request_ = std::move(request);
    socket_.async_accept(request_, [self = this->shared_from_this()](ErrorCode error) {
      if (error) return self->abort();
      self->open_ = true;
      if (self->closing_) return self->finish();
      self->read();
      self->wait();
    });
  }

  void finish() override {
    closing_ = true;
    tick_.cancel();
    if (!open_) return;
    socket_.async_close(websocket::close_code::going_away,
                        [self = this->shared_from_this()](ErrorCode) { self->abort(); });
  }

  void abort() override {
    closing_ = true;
    tick_.cancel();
    ErrorCode ignored;
    boost::beast::get_lowest_layer(socket_).close(ignored);
  }

 private:
  void read() {
    socket_.async_read(buffer_, [self = this->shared_from_this()](ErrorCode error, std::size_t) {
      if (error || !self->flood_.count()) return self->abort();
      self->buffer_.clear();
      self->read();
    });
  }

  void wait() {
    tick_.expires_after(feed_->interval());
    tick_.async_wait([self = this->shared_from_this()](ErrorCode error) {
      if (error || self->closing_) return;
      self->on_tick();
      self->wait();
    });
  }

  void on_tick() {
    if (!unsent_.empty()) {
      ++lost_;
      return;
    }
    std::uint64_t bytes = 0;
    for (auto& message : feed_->next(lost_)) {
      bytes += message.size();
      unsent_.push_back(std::move(message));
    }
    auto lease = in_flight_.take(bytes);
    if (!lease) {
      ++lost_;
      return unsent_.clear();
    }
    lost_ = 0;
    lease_ = std::move(*lease);
    send();
  }

  void send() {
    socket_.async_write(asio::buffer(unsent_.front()), [self = this->shared_from_this()](ErrorCode error, std::size_t) {
      if (error || self->closing_) return self->abort();
      self->unsent_.pop_front();
      if (!self->unsent_.empty()) return self->send();
      self->lease_ = {};
    });
  }

  // Constant after construction.
  const std::shared_ptr<void> keeper_;
  const std::shared_ptr<LiveFeed> feed_;
  InFlight& in_flight_;
  // Server's thread.
  websocket::stream<Stream> socket_;
  asio::steady_timer tick_;
  UpgradeRequest request_;
  boost::beast::flat_buffer buffer_{largest_message};
  FloodMeter flood_;
  std::deque<std::string> unsent_;
  InFlight::Lease lease_;
  std::uint64_t lost_ = 0;
  bool open_ = false;
  bool closing_ = false;
};

}  // namespace

std::weak_ptr<LiveSession> start_live(asio::io_context& loop, Connection& connection, UpgradeRequest request,
                                      std::shared_ptr<LiveFeed> feed, InFlight& in_flight,
                                      std::shared_ptr<void> keeper) {
  auto stream = connection.release();
  return std::visit(
      [&](auto& one) -> std::weak_ptr<LiveSession> {
        using Stream = std::decay_t<decltype(one)>;
        const auto session = std::make_shared<StreamSession<Stream>>(loop, std::move(one), std::move(feed), in_flight,
                                                                     std::move(keeper));
        session->start(std::move(request));
        return session;
      },
      stream);
}

}  // namespace tarsier
