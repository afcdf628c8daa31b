#include "client/answer_words.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>

#include "base/harmless_text.hpp"
#include "client/answer_json.hpp"

namespace tarsier {
namespace {

namespace http = boost::beast::http;

std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool take(std::string_view& text, std::string_view start) {
  const bool there = text.starts_with(start);
  if (there) text.remove_prefix(start.size());
  return there;
}

std::string_view view_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

// "bytes 100-199/200": of a part that reaches the file's end.
bool read_content_range(std::string_view text, DownloadHead& head) {
  if (!take(text, "bytes ")) return false;
  const auto first = take_number(text);
  if (!first || !take(text, "-")) return false;
  const auto last = take_number(text);
  if (!last || !take(text, "/")) return false;
  const auto bytes = take_number(text);
  if (!bytes || !text.empty() || *last >= *bytes || *first > *last || *last + 1 != *bytes) return false;
  head.first_byte = *first;
  head.bytes = *bytes;
  return true;
}

// "sha-256=:BASE64:" of RFC 9530, beside other algorithms.
std::optional<std::string> sha256_from(std::string_view field) {
  constexpr std::string_view name = "sha-256=:";
  constexpr std::size_t length = 44;  // 32 bytes in base64
  const auto at = field.find(name);
  if (at == std::string_view::npos || field.size() < at + name.size() + length) return std::nullopt;
  const auto text = field.substr(at + name.size(), length);
  std::array<unsigned char, 33> bytes{};
  if (EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()), length) != 33)
    return std::nullopt;
  std::string digits;
  for (std::size_t i = 0; i < 32; ++i) digits += fmt::format("{:02x}", bytes.at(i));
  return digits;
}

std::string text_member(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string shown(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

// "\n  /cameras/0/gian: unknown key; did you mean gain?"
std::string problem_line(const Json& problem) {
  if (!problem.is_object()) return "";
  auto line = fmt::format("\n  {}: {}", text_member(problem, "pointer"), text_member(problem, "message"));
  const auto add = [&](const std::string& text, std::string_view form) {
    if (!text.empty() && line.find(text) == std::string::npos) line += fmt::format(fmt::runtime(form), text);
  };
  if (const auto value = problem.find("value"); value != problem.end()) add(shown(*value), "; it is {}");
  add(text_member(problem, "allowed"), "; allowed: {}");
  add(text_member(problem, "suggestion"), "; did you mean {}?");
  return line;
}

// What comes from the network is shown on a terminal: nothing in it may move the cursor, nor fill it without end.
std::string printable(const std::string& message) {
  constexpr std::size_t longest = std::size_t{16} * 1024;
  if (message.size() <= longest) return harmless_lines(message);
  return harmless_lines(std::string_view(message).substr(0, longest)) + "...";
}

}  // namespace

Result<DownloadHead> head_of(const http::response<http::buffer_body>& response, const std::string& place) {
  DownloadHead head;
  head.etag = std::string(view_of(response[http::field::etag]));
  head.sha256 = sha256_from(view_of(response["Repr-Digest"]));
  if (response.result_int() == 206) {
    if (read_content_range(view_of(response[http::field::content_range]), head)) return head;
    return failure(place + ": sends a part of the file and does not say which; is that a tarsierd?");
  }
  auto length = view_of(response[http::field::content_length]);
  const auto bytes = take_number(length);
  if (!bytes || !length.empty()) return failure(place + ": does not say how long the file is; is that a tarsierd?");
  head.bytes = *bytes;
  return head;
}

Error refusal_of(const DeviceAnswer& answer, const std::string& place) {
  const auto document = parse_answer(answer.body);
  const auto detail = document.is_object() ? text_member(document, "detail") : "";
  auto message =
      fmt::format("{} answers {}: {}", place, answer.status, detail.empty() ? "is that a tarsierd?" : detail);
  if (detail.empty() && answer.status == 401)
    message = place + " answers 401: it needs another token; see --token-file";
  if (document.is_object() && document.contains("problems") && document["problems"].is_array()) {
    for (const Json& problem : document["problems"]) message += problem_line(problem);
  }
  const bool busy = answer.status == 503 || answer.status == 504;
  return {printable(message), answer.status == 400 || answer.status == 422, busy ? EAGAIN : 0};
}

bool is_cut(const Error& error) {
  constexpr std::array<int, 5> cuts = {ECONNREFUSED, ECONNRESET, ETIMEDOUT, EHOSTUNREACH, EAGAIN};
  return std::find(cuts.begin(), cuts.end(), error.error_number) != cuts.end();
}

std::string path_segment(std::string_view text) {
  std::string encoded;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool plain =
        (byte < 128 && std::isalnum(byte) != 0) || letter == '-' || letter == '_' || letter == '.' || letter == '~';
    encoded += plain ? std::string(1, letter) : fmt::format("%{:02X}", byte);
  }
  return encoded;
}

Result<std::string> parse_fingerprint(std::string_view text) {
  std::string digits;
  auto rest = text;
  take(rest, "sha256:");
  for (const char letter : rest) {
    if (letter != ':') digits += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  if (digits.size() == 64 && digits.find_first_not_of("0123456789abcdef") == std::string::npos) return digits;
  return misuse(
      fmt::format("\"{}\" is no fingerprint; `tarsier cert new` prints one: sha256: and 64 hexadecimal digits", text));
}

}  // namespace tarsier
