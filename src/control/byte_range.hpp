// Range requests (RFC 9110, 14): one stretch of a file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "control/message.hpp"
#include "control/run_files.hpp"

namespace tarsier {

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};
struct Whole {};
struct Unsatisfiable {};

// What of `bytes` bytes a Range header asks for. Whole: there is none, or it is none that has to be obeyed (another
// unit, several stretches, malformed).
[[nodiscard]] std::variant<Whole, ByteRange, Unsatisfiable> parse_range(std::string_view header, std::uint64_t bytes);

// 200, 206, 304 or 416 for a file, with ETag, Accept-Ranges and, where its hash is known, Repr-Digest. If-Range is
// obeyed for a tag that is the file's.
[[nodiscard]] Response file_response(const Request& request, const OpenFile& file, const std::string& content_type);

}  // namespace tarsier
