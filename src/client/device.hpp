// A conversation with one device over HTTP: questions, commands and files, over one connection that is kept alive.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "client/device_address.hpp"

namespace tarsier {

// Which device, and by what it and we know each other.
struct Access {
  std::string name;  // as the person calls it
  DeviceAddress address;
  std::optional<std::string> token{};
  std::optional<std::string> fingerprint{};  // of its certificate: 64 lower-case hexadecimal digits
};

// 64 lower-case hexadecimal digits from "sha256:…", with or without colons between the bytes; else misuse.
[[nodiscard]] Result<std::string> parse_fingerprint(std::string_view text);

struct Ask {
  std::string method = "GET";
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  std::string content_type = "application/json";  // of the body; sent with POST, PUT and PATCH, even without one
  std::chrono::milliseconds within = std::chrono::seconds(70);  // the device itself gives up after 60
};

struct DeviceAnswer {
  unsigned status = 0;
  std::string etag{};  // with its quotes; empty: none
  std::string location{};
  std::string body{};
};

// What stands before the bytes of a download.
struct DownloadHead {
  std::uint64_t first_byte = 0;         // 0 although another was asked for: the whole file comes, from its beginning
  std::uint64_t bytes = 0;              // of the whole file
  std::string etag{};                   // with its quotes; empty: none
  std::optional<std::string> sha256{};  // of the whole file, from Repr-Digest
};

// Takes a download piece by piece, in order. An error of its own ends the download with it.
class DownloadSink {
 public:
  virtual ~DownloadSink() = default;
  [[nodiscard]] virtual Result<void> begin(const DownloadHead& head) = 0;
  [[nodiscard]] virtual Result<void> take(std::span<const std::byte> bytes) = 0;
};

// Blocks; one thread at a time. Connects with the first question. TLS: the certificate must have the pinned
// fingerprint, else, without one, be signed for this host by an authority of the system; nothing is sent before that is
// known. The token is refused to a device on another machine without TLS, and everything to a pinned one without it.
//
// Error::error_number of a connection that failed, was cut or went silent says so (is_cut()); another try may help.
class Device {
 public:
  explicit Device(Access access);
  ~Device();
  Device(Device&&) noexcept;
  Device& operator=(Device&&) noexcept;

  [[nodiscard]] const Access& access() const;
  // Asked several times a second while something lasts; false ends it with error_number ECANCELED.
  void while_wanted(std::function<bool()> wanted);

  // Any answer, of at most 64 MiB. A question (GET, HEAD) is asked once more where a connection that was kept turns out
  // to be closed; a command never is.
  [[nodiscard]] Result<DeviceAnswer> exchange(const Ask& ask);

  // The document of an answer 2xx; another one is an error in the device's own words, with a line for each problem.
  [[nodiscard]] Result<Json> get(const std::string& target);
  [[nodiscard]] Result<Json> post(const std::string& target, const Json& body = Json::object());
  [[nodiscard]] Result<Json> put(const std::string& target, const Json& body);
  [[nodiscard]] Result<Json> patch(const std::string& target, const Json& body,
                                   const std::string& content_type = "application/merge-patch+json");
  [[nodiscard]] Result<Json> remove(const std::string& target);  // DELETE
  // What those make of the answer to `ask`.
  [[nodiscard]] Result<Json> document_of(const Ask& ask);

  // GET of `target` from `first_byte` on, if its tag is still `etag`; else all of it. Takes bounded memory. Ends with
  // an error when no byte comes for 30 s; an error of an answer is_cut() too when the device has too much to do (503).
  [[nodiscard]] Result<DownloadHead> download(const std::string& target, std::uint64_t first_byte,
                                              const std::string& etag, DownloadSink& sink);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

// The connection's fault, or the device's that has too much to do: not that of the request.
[[nodiscard]] bool is_cut(const Error& error);

// An answer that is none of 2xx, in words: the device's, then a line for each problem with its JSON pointer, value and
// what is allowed. misuse where the request was wrong (400, 422).
[[nodiscard]] Error refusal_of(const DeviceAnswer& answer, const std::string& place);

// `text` as one segment of a path: percent-encoded.
[[nodiscard]] std::string path_segment(std::string_view text);

}  // namespace tarsier
