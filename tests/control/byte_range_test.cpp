#include "control/byte_range.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

namespace {

// "0+4" for a stretch, "whole", "none".
std::string range_of(std::string_view header, std::uint64_t bytes) {
  const auto range = parse_range(header, bytes);
  if (std::holds_alternative<Whole>(range)) return "whole";
  if (std::holds_alternative<Unsatisfiable>(range)) return "none";
  const auto part = std::get<ByteRange>(range);
  return std::to_string(part.offset) + "+" + std::to_string(part.length);
}

std::string header(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return "";
}

}  // namespace

TEST_GROUP(ByteRange) {
  // SHA-256 of nothing.
  const std::string hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  OpenFile file{std::make_shared<UniqueFd>(), 10, hash, "\"" + hash + "\""};
};

TEST(ByteRange, one_stretch_is_cut_to_the_file) {
  CHECK_EQUAL(std::string("0+10"), range_of("bytes=0-", 10));
  CHECK_EQUAL(std::string("2+3"), range_of("bytes=2-4", 10));
  CHECK_EQUAL(std::string("9+1"), range_of("bytes=9-99", 10));
  CHECK_EQUAL(std::string("6+4"), range_of("bytes=-4", 10));
  CHECK_EQUAL(std::string("0+10"), range_of("bytes=-99", 10));
  CHECK_EQUAL(std::string("9+1"), range_of("bytes=9-18446744073709551615", 10));
}

TEST(ByteRange, behind_the_end_there_is_nothing) {
  CHECK_EQUAL(std::string("none"), range_of("bytes=10-", 10));
  CHECK_EQUAL(std::string("none"), range_of("bytes=-0", 10));
  CHECK_EQUAL(std::string("none"), range_of("bytes=0-", 0));
}

TEST(ByteRange, what_need_not_be_obeyed_is_the_whole_file) {
  for (const std::string header : {"", "lines=1-2", "bytes=4-2", "bytes=a-b", "bytes=1-2,4-5", "bytes=", "bytes=-",
                                   "bytes=1", "bytes=99999999999999999999-", "bytes= 1-2"})
    CHECK_EQUAL_TEXT(std::string("whole"), range_of(header, 10), header.c_str());
}

TEST(ByteRange, a_file_comes_with_tag_and_digest) {
  const auto response = file_response({}, file, "application/x-hdf5");
  CHECK_EQUAL(200U, response.status);
  CHECK_EQUAL(file.etag, header(response, "ETag"));
  CHECK_EQUAL(std::string("sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"), header(response, "Repr-Digest"));
  CHECK_EQUAL(10U, length_of(response.body));
}

TEST(ByteRange, a_part_says_where_it_lies) {
  Request request;
  request.range = "bytes=2-4";
  const auto response = file_response(request, file, "application/x-hdf5");
  CHECK_EQUAL(206U, response.status);
  CHECK_EQUAL(std::string("bytes 2-4/10"), header(response, "Content-Range"));
  CHECK_EQUAL(2U, std::get<FileSlice>(response.body).offset);
  CHECK_EQUAL(3U, std::get<FileSlice>(response.body).length);
}

TEST(ByteRange, a_part_of_another_version_is_the_whole_file) {
  Request request;
  request.range = "bytes=2-4";
  request.if_range = file.etag;
  CHECK_EQUAL(206U, file_response(request, file, "").status);
  for (const std::string tag : {"\"other\"", "Sat, 21 Nov 2026 00:00:00 GMT"}) {
    request.if_range = tag;
    CHECK_EQUAL(200U, file_response(request, file, "").status);
  }
}

TEST(ByteRange, a_part_behind_the_end_is_416_with_the_length) {
  Request request;
  request.range = "bytes=10-";
  const auto response = file_response(request, file, "");
  CHECK_EQUAL(416U, response.status);
  CHECK_EQUAL(std::string("bytes */10"), header(response, "Content-Range"));
}

TEST(ByteRange, a_known_file_is_not_sent_again) {
  Request request;
  request.if_none_match = file.etag;
  CHECK_EQUAL(304U, file_response(request, file, "").status);
}
