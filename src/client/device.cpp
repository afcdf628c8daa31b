#include "client/device.hpp"

#include <fmt/format.h>

#include <boost/beast/http/verb.hpp>
#include <cerrno>
#include <exception>
#include <limits>
#include <vector>

#include "client/answer_json.hpp"
#include "client/answer_words.hpp"
#include "client/link.hpp"

namespace tarsier {
namespace {

namespace http = boost::beast::http;
using Stopwatch = std::chrono::steady_clock;

constexpr auto connect_time = std::chrono::seconds(15);
constexpr auto silence = std::chrono::seconds(30);
// The device closes a connection that rests for 30 s; one that is nearly there is not relied on.
constexpr auto longest_rest = std::chrono::seconds(15);
constexpr std::uint64_t largest_answer = 64ULL << 20U;
constexpr std::size_t piece_bytes = std::size_t{256} * 1024;

bool is_question(const Ask& ask) { return ask.method == "GET" || ask.method == "HEAD"; }

std::string text_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

Link::Request request_of(const Access& access, const Ask& ask) {
  Link::Request request;
  request.version(11);
  request.method_string(ask.method);
  request.target(ask.target);
  request.set(http::field::host, to_text(access.address));
  request.set(http::field::user_agent, "tarsier/" TARSIER_VERSION);
  request.set(http::field::accept, "application/json, */*");
  if (access.token) request.set(http::field::authorization, "Bearer " + *access.token);
  for (const auto& [name, value] : ask.headers) request.set(name, value);
  if (ask.method == "POST" || ask.method == "PUT" || ask.method == "PATCH") {
    request.set(http::field::content_type, ask.content_type);
    request.body() = ask.body;
  }
  request.prepare_payload();
  return request;
}

DeviceAnswer answer_from(http::response<http::string_body> response) {
  return {response.result_int(), text_of(response[http::field::etag]), text_of(response[http::field::location]),
          std::move(response.body())};
}

}  // namespace

struct Device::Inside {
  explicit Inside(Access whom) : access(std::move(whom)) {}

  const Access access;
  std::function<bool()> wanted = [] { return true; };
  std::unique_ptr<Link> link{};
  Stopwatch::time_point used{};

  // A link that can be written to; `kept`: it was used before.
  Result<void> ready(bool& kept, Link::Deadline deadline) {
    if (link && Stopwatch::now() - used > longest_rest) link.reset();
    kept = link != nullptr;
    if (kept) {
      link->forget_answer();
      return {};
    }
    auto fresh = std::make_unique<Link>(access, wanted);
    auto opened = fresh->open(std::min<Link::Deadline>(deadline, Stopwatch::now() + connect_time));
    if (opened) link = std::move(fresh);
    return opened;
  }

  // Writes the request and calls `read`. Anew over a fresh link when a kept one turns out to be closed and asking twice
  // does no harm. A link on which something failed is given up.
  template <typename Read>
  Result<void> talk(const Ask& ask, Read read) {
    const auto deadline = Stopwatch::now() + ask.within;
    for (;;) {
      bool kept = false;
      auto done = ready(kept, deadline);
      if (!done) return done;
      auto request = request_of(access, ask);
      done = link->write(request, deadline);
      if (done) done = read(*link, deadline);
      used = Stopwatch::now();
      if (done) return done;
      const bool again = kept && !link->answered() && is_question(ask) && done.error().error_number == ECONNRESET;
      link.reset();
      if (!again) return done;
    }
  }

  Result<DeviceAnswer> exchange(const Ask& ask) {
    DeviceAnswer answer;
    auto done = talk(ask, [&](Link& at, Link::Deadline deadline) -> Result<void> {
      Link::TextParser parser;
      parser.body_limit(largest_answer);
      if (ask.method == "HEAD") parser.skip(true);
      if (auto got = at.read(parser, deadline); !got) return got;
      const bool goes_on = parser.get().keep_alive();
      answer = answer_from(parser.release());
      if (!goes_on) closing = true;
      return {};
    });
    close_if_asked();
    if (!done) return unexpected(std::move(done.error()));
    return answer;
  }

  Result<DownloadHead> download(const Ask& ask, DownloadSink& sink) {
    DownloadHead head;
    auto done = talk(ask, [&](Link& at, Link::Deadline) { return receive(at, ask, sink, head); });
    close_if_asked();
    if (!done) return unexpected(std::move(done.error()));
    return head;
  }

  Result<void> receive(Link& at, const Ask& ask, DownloadSink& sink, DownloadHead& head) {
    Link::PieceParser parser;
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    if (auto got = at.read_header(parser, Stopwatch::now() + silence); !got) return got;
    closing = !parser.get().keep_alive();
    std::vector<char> piece(piece_bytes);
    const bool wanted_bytes = parser.get().result_int() == 200 || parser.get().result_int() == 206;
    if (!wanted_bytes) return refused(at, parser, piece, ask);
    auto understood = head_of(parser.get(), place_of(ask));
    if (!understood) return unexpected(std::move(understood.error()));
    head = std::move(*understood);
    if (auto begun = sink.begin(head); !begun) return begun;
    std::uint64_t left = head.bytes - head.first_byte;
    while (!parser.is_done()) {
      const auto bytes = next_piece(at, parser, piece);
      if (!bytes) return unexpected(bytes.error());
      if (*bytes > left) return failure(place_of(ask) + ": sends more than it said");
      left -= *bytes;
      if (auto taken = sink.take(std::as_bytes(std::span(piece.data(), *bytes))); !taken) return taken;
    }
    return left == 0 ? Result<void>{} : failure(place_of(ask) + ": sends less than it said");
  }

  // How many bytes of the body lie in `piece` now.
  static Result<std::size_t> next_piece(Link& at, Link::PieceParser& parser, std::vector<char>& piece) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    if (auto got = at.read_piece(parser, Stopwatch::now() + silence); !got) return unexpected(std::move(got.error()));
    return piece.size() - parser.get().body().size;
  }

  // The rest of an answer that has no file, as its error.
  Result<void> refused(Link& at, Link::PieceParser& parser, std::vector<char>& piece, const Ask& ask) {
    DeviceAnswer answer;
    answer.status = parser.get().result_int();
    while (!parser.is_done()) {
      const auto bytes = next_piece(at, parser, piece);
      if (!bytes) return unexpected(bytes.error());
      answer.body.append(piece.data(), *bytes);
      if (answer.body.size() > piece.size()) break;
    }
    return unexpected(refusal_of(answer, place_of(ask)));
  }

  [[nodiscard]] std::string place_of(const Ask& ask) const { return to_text(access.address) + ask.target; }
  void close_if_asked() {
    if (std::exchange(closing, false)) link.reset();
  }

  bool closing = false;
};

Device::Device(Access access) : inside_(std::make_unique<Inside>(std::move(access))) {}
Device::~Device() = default;
Device::Device(Device&&) noexcept = default;
Device& Device::operator=(Device&&) noexcept = default;

const Access& Device::access() const { return inside_->access; }
void Device::while_wanted(std::function<bool()> wanted) { inside_->wanted = std::move(wanted); }

Result<DeviceAnswer> Device::exchange(const Ask& ask) {
  try {
    return inside_->exchange(ask);
  } catch (const std::exception& error) {
    inside_->link.reset();
    return failure(fmt::format("cannot ask {}: {}", to_text(access().address), error.what()));
  }
}

Result<DownloadHead> Device::download(const std::string& target, std::uint64_t first_byte, const std::string& etag,
                                      DownloadSink& sink) {
  Ask ask{.target = target, .within = std::chrono::hours(24)};
  if (first_byte > 0 && !etag.empty()) {
    ask.headers = {{"Range", fmt::format("bytes={}-", first_byte)}, {"If-Range", etag}};
  }
  try {
    return inside_->download(ask, sink);
  } catch (const std::exception& error) {
    inside_->link.reset();
    return failure(fmt::format("cannot fetch {}: {}", inside_->place_of(ask), error.what()));
  }
}

Result<Json> Device::document_of(const Ask& ask) {
  const auto answer = exchange(ask);
  if (!answer) return unexpected(answer.error());
  const auto place = inside_->place_of(ask);
  if (answer->status / 100 != 2) return unexpected(refusal_of(*answer, place));
  if (answer->body.empty()) return Json::object();
  auto document = parse_answer(answer->body);
  if (document.is_discarded()) return failure(place + " answers, but not in JSON: is that a tarsierd?");
  return document;
}

Result<Json> Device::get(const std::string& target) { return document_of({.target = target}); }
Result<Json> Device::post(const std::string& target, const Json& body) {
  return document_of({.method = "POST", .target = target, .body = body.dump()});
}
Result<Json> Device::put(const std::string& target, const Json& body) {
  return document_of({.method = "PUT", .target = target, .body = body.dump()});
}
Result<Json> Device::patch(const std::string& target, const Json& body, const std::string& content_type) {
  return document_of({.method = "PATCH", .target = target, .body = body.dump(), .content_type = content_type});
}
Result<Json> Device::remove(const std::string& target) { return document_of({.method = "DELETE", .target = target}); }

}  // namespace tarsier
