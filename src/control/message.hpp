// A request and its response as values, free of sockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "base/unique_fd.hpp"

namespace tarsier {

// What a client may do: nothing but ask whether the device lives, look, or change things. In rising order.
enum class Role : std::uint8_t { none, read, control };
[[nodiscard]] std::string_view to_text(Role role);

// Texts are as the client sent them, unless told otherwise; headers that were not sent are empty.
struct Request {
  std::string method{};                             // "GET"
  std::string path{};                               // "/v1/status", without the query
  std::string query{};                              // behind the question mark
  std::map<std::string, std::string> parameters{};  // of the route's path, percent-decoded, valid UTF-8
  Json arguments = Json::object();                  // of the query, checked by the route's table, defaults filled in
  std::string host{};
  std::string origin{};
  std::string content_type{};  // lower case, without parameters: "application/json"
  std::string accept{};
  std::string if_match{};
  std::string if_none_match{};
  std::string if_range{};
  std::string range{};
  std::string body{};
  std::string peer{};         // address of the client: "10.0.0.7"
  bool local = false;         // the client is on this machine
  Role role = Role::control;  // of the client
};

// Bytes in somebody's memory: `owner` keeps them there until they are sent.
struct SharedBytes {
  std::shared_ptr<const void> owner;
  std::span<const std::byte> bytes;
};
[[nodiscard]] SharedBytes shared_text(std::shared_ptr<const std::string> text);

// A stretch of an open file.
struct FileSlice {
  std::shared_ptr<const UniqueFd> file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

using Body = std::variant<std::string, SharedBytes, FileSlice>;
[[nodiscard]] std::uint64_t length_of(const Body& body);

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  Body body;
  std::vector<std::pair<std::string, std::string>> headers;  // beside Content-Type and Content-Length

  // The body that is a text; empty for the other kinds.
  [[nodiscard]] std::string_view text() const;
};

// Called once, on any thread; a client that has gone meanwhile is no error. One that is dropped uncalled leaves its
// client waiting for the server's deadline.
using Reply = std::function<void(Response)>;
// Called on the server's thread; answers at once or later.
using Handler = std::function<void(const Request&, Reply)>;

// 200 unless told otherwise; bytes that are not UTF-8 become the replacement character.
[[nodiscard]] Response json_response(const Json& document, unsigned status = 200);

// application/problem+json of RFC 9457: type, title, status, detail, instance and the members of `more`. `detail` says
// what to do.
[[nodiscard]] Response problem(unsigned status, const std::string& detail, const std::string& instance,
                               const Json& more = Json::object());

// "Not Found" of 404.
[[nodiscard]] std::string_view title_of(unsigned status);

}  // namespace tarsier
