#include "control/response_writer.hpp"

#include <fmt/format.h>
#include <sys/sendfile.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <string_view>
#include <utility>

namespace tarsier {
namespace {

namespace asio = boost::asio;
using ErrorCode = Connection::ErrorCode;

// At 20 MB/s, a slow card, reading one takes 3 ms, for which the others wait.
constexpr std::uint64_t slice_bytes = 64 * 1024;

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

bool has_body(unsigned status) { return status != 204 && status != 304; }

std::string header_of(const Response& response, bool keep_alive) {
  std::string header = fmt::format("HTTP/1.1 {} {}\r\nServer: tarsier/" TARSIER_VERSION "\r\n", response.status,
                                   title_of(response.status));
  header += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
  if (!keep_alive) header += "Connection: close\r\n";
  for (const auto& [name, value] : response.headers) header += fmt::format("{}: {}\r\n", name, value);
  if (has_body(response.status)) {
    header +=
        fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", response.content_type, length_of(response.body));
  }
  return header + "\r\n";
}

ErrorCode last_error() { return {errno, boost::system::system_category()}; }

}  // namespace

void ResponseWriter::write_continue(Connection& connection, Done done) {
  connection.write(asio::buffer(go_on.data(), go_on.size()), {},
                   [done = std::move(done)](ErrorCode error, std::size_t) { done(error); });
}

void ResponseWriter::write(Connection& connection, Response response, bool head, bool keep_alive, Done done) {
  connection_ = &connection;
  response_ = std::move(response);
  header_ = header_of(response_, keep_alive);
  done_ = std::move(done);
  if (head || !has_body(response_.status)) response_.body = std::string();
  const std::string_view text = response_.text();
  connection.write(asio::buffer(header_), asio::buffer(text.data(), text.size()),
                   [this](ErrorCode error, std::size_t) { after_slice(error, 0); });
}

void ResponseWriter::after_slice(ErrorCode error, std::size_t bytes) {
  auto* const slice = std::get_if<FileSlice>(&response_.body);
  if (slice != nullptr) {
    slice->offset += bytes;
    slice->length -= bytes;
  }
  if (error || slice == nullptr || slice->length == 0) return finish(error);
  next_slice();
}

void ResponseWriter::next_slice() {
  if (connection_->secure()) return copy_slice();
  send_slice();
}

void ResponseWriter::send_slice() {
  auto& slice = std::get<FileSlice>(response_.body);
  auto& socket = connection_->socket();
  ErrorCode error;
  socket.native_non_blocking(true, error);
  auto offset = static_cast<off_t>(slice.offset);
  const auto sent = ::sendfile(socket.native_handle(), slice.file->get(), &offset, std::min(slice.length, slice_bytes));
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
    return connection_->wait_writable([this](ErrorCode failed) { after_slice(failed, 0); });
  }
  if (sent < 0) error = last_error();
  if (sent == 0) error = asio::error::eof;  // the file ends before its length
  asio::post(socket.get_executor(),
             [this, error, bytes = sent > 0 ? static_cast<std::size_t>(sent) : 0] { after_slice(error, bytes); });
}

void ResponseWriter::copy_slice() {
  auto& slice = std::get<FileSlice>(response_.body);
  copied_.resize(slice_bytes);
  const auto read =
      ::pread(slice.file->get(), copied_.data(), std::min(slice.length, slice_bytes), static_cast<off_t>(slice.offset));
  if (read <= 0) {
    const ErrorCode error = read < 0 ? last_error() : ErrorCode(asio::error::eof);
    return asio::post(connection_->socket().get_executor(), [this, error] { after_slice(error, 0); });
  }
  connection_->write(
      asio::buffer(copied_.data(), static_cast<std::size_t>(read)), {},
      [this, bytes = static_cast<std::size_t>(read)](ErrorCode error, std::size_t) { after_slice(error, bytes); });
}

void ResponseWriter::finish(ErrorCode error) {
  response_ = {};
  std::vector<char>().swap(copied_);
  std::exchange(done_, nullptr)(error);
}

}  // namespace tarsier
