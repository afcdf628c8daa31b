#include "control/byte_range.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace tarsier {
namespace {

std::optional<std::uint64_t> number_from(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "sha-256=:BASE64:" of RFC 9530 from hexadecimal digits.
std::string digest_field(const std::string& hexadecimal) {
  std::array<unsigned char, 32> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::from_chars(hexadecimal.data() + 2 * i, hexadecimal.data() + 2 * i + 2, bytes.at(i), 16);
  }
  std::array<unsigned char, 48> text{};
  const int length = EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(bytes.size()));
  return fmt::format("sha-256=:{}:", std::string_view(reinterpret_cast<const char*>(text.data()), std::size_t(length)));
}

std::vector<std::pair<std::string, std::string>> headers_of(const OpenFile& file) {
  std::vector<std::pair<std::string, std::string>> headers = {{"ETag", file.etag}, {"Accept-Ranges", "bytes"}};
  if (file.sha256.size() == 64) headers.emplace_back("Repr-Digest", digest_field(file.sha256));
  return headers;
}

}  // namespace

std::variant<Whole, ByteRange, Unsatisfiable> parse_range(std::string_view header, std::uint64_t bytes) {
  constexpr std::string_view unit = "bytes=";
  if (!header.starts_with(unit)) return Whole{};
  const auto spec = header.substr(unit.size());
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos) return Whole{};
  const auto first = number_from(spec.substr(0, dash));
  const auto last = number_from(spec.substr(dash + 1));
  if (dash == 0) {
    if (!last) return Whole{};
    const auto length = std::min(*last, bytes);
    return length == 0 ? std::variant<Whole, ByteRange, Unsatisfiable>(Unsatisfiable{})
                       : ByteRange{bytes - length, length};
  }
  if (!first || (!last && dash + 1 != spec.size()) || (last && *last < *first)) return Whole{};
  if (*first >= bytes) return Unsatisfiable{};
  const auto end = last ? std::min(*last, bytes - 1) : bytes - 1;
  return ByteRange{*first, end - *first + 1};
}

Response file_response(const Request& request, const OpenFile& file, const std::string& content_type) {
  Response response{200, content_type, FileSlice{file.file, 0, file.bytes}, headers_of(file)};
  if (request.if_none_match == file.etag || request.if_none_match == "*") {
    response.status = 304;
    return response;
  }
  if (!request.if_range.empty() && request.if_range != file.etag) return response;
  const auto range = parse_range(request.range, file.bytes);
  if (const auto* part = std::get_if<ByteRange>(&range)) {
    response.status = 206;
    response.body = FileSlice{file.file, part->offset, part->length};
    response.headers.emplace_back(
        "Content-Range", fmt::format("bytes {}-{}/{}", part->offset, part->offset + part->length - 1, file.bytes));
  }
  if (std::holds_alternative<Unsatisfiable>(range)) {
    response = problem(416, fmt::format("the file has {} bytes", file.bytes), request.path);
    response.headers.emplace_back("Content-Range", fmt::format("bytes */{}", file.bytes));
  }
  return response;
}

}  // namespace tarsier
