#include "client/http_client.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <exception>
#include <optional>

namespace tarsier {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

struct Answer {
  unsigned status = 0;
  std::string body;
};

// Resolve, connect, write, read: each step starts the next. Lives on its caller's stack while the loop runs.
class Exchange {
 public:
  Exchange(asio::io_context& loop, const HostPort& address, const std::string& path)
      : resolver_(loop), stream_(loop), address_(address), request_(http::verb::get, path, 11) {
    request_.set(http::field::host, to_text(address));
    request_.set(http::field::user_agent, "tarsier/" TARSIER_VERSION);
    request_.set(http::field::accept, "application/json");
    request_.keep_alive(false);
    parser_.body_limit(std::uint64_t{16} * 1024 * 1024);
  }

  void start() {
    resolver_.async_resolve(address_.host, std::to_string(address_.port),
                            [this](ErrorCode error, const tcp::resolver::results_type& found) {
                              if (!ended_with(error)) connect(found);
                            });
  }
  // None while it has not ended.
  [[nodiscard]] const std::optional<ErrorCode>& outcome() const { return outcome_; }
  [[nodiscard]] Answer answer() { return {parser_.get().result_int(), std::move(parser_.get().body())}; }

 private:
  void connect(const tcp::resolver::results_type& found) {
    stream_.async_connect(found, [this](ErrorCode error, const tcp::endpoint&) {
      if (!ended_with(error)) write();
    });
  }
  void write() {
    http::async_write(stream_, request_, [this](ErrorCode error, std::size_t) {
      if (!ended_with(error)) read();
    });
  }
  void read() {
    http::async_read(stream_, buffer_, parser_, [this](ErrorCode error, std::size_t) { outcome_ = error; });
  }
  bool ended_with(ErrorCode error) {
    if (error) outcome_ = error;
    return outcome_.has_value();
  }

  tcp::resolver resolver_;
  boost::beast::tcp_stream stream_;
  const HostPort& address_;
  http::request<http::empty_body> request_;
  boost::beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
  std::optional<ErrorCode> outcome_;
};

Result<Answer> exchange(const HostPort& address, const std::string& path, std::chrono::milliseconds timeout) {
  asio::io_context loop{1};
  Exchange talk(loop, address, path);
  talk.start();
  loop.run_for(timeout);
  const auto place = to_text(address);
  if (!talk.outcome())
    return failure(
        fmt::format("the daemon at {} did not answer within {:.1f} s; look whether it is stuck with "
                    "`systemctl status tarsierd`",
                    place, std::chrono::duration<double>(timeout).count()));
  if (*talk.outcome() == asio::error::connection_refused)
    return failure(fmt::format("no daemon answers at {}; start tarsierd or name its address with --at", place));
  if (*talk.outcome())
    return failure(
        fmt::format("cannot talk to {}: {}; name the daemon's address with --at", place, talk.outcome()->message()));
  return talk.answer();
}

Result<Json> to_document(const Answer& answer, const std::string& place) {
  const auto document = Json::parse(answer.body, nullptr, false);
  if (answer.status / 100 == 2 && !document.is_discarded()) return document;
  if (answer.status / 100 == 2) return failure(fmt::format("{} answers, but not in JSON: is that a tarsierd?", place));
  const bool explained = document.is_object() && document.contains("detail") && document["detail"].is_string();
  return failure(fmt::format("{} answers {}{}", place, answer.status,
                             explained ? ": " + document["detail"].get<std::string>() : ": is that a tarsierd?"));
}

}  // namespace

Result<Json> get_json(const HostPort& address, const std::string& path, std::chrono::milliseconds timeout) {
  try {
    const auto answer = exchange(address, path, timeout);
    if (!answer) return unexpected(answer.error());
    return to_document(*answer, to_text(address) + path);
  } catch (const std::exception& error) {
    return failure(fmt::format("cannot ask {}: {}", to_text(address), error.what()));
  }
}

}  // namespace tarsier
