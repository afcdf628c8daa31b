#include "base/hash.hpp"

#include <CppUTest/TestHarness.h>

#include <string_view>

using namespace tarsier;

namespace {

std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string sha256(std::string_view text) {
  Sha256 hash;
  hash.add(bytes(text));
  return hash.finish();
}

}  // namespace

TEST_GROUP(Hash){};

TEST(Hash, sha256_equals_the_vectors_of_fips_180) {
  STRCMP_EQUAL("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", sha256("").c_str());
  STRCMP_EQUAL("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", sha256("abc").c_str());
  STRCMP_EQUAL("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
               sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").c_str());
}

TEST(Hash, sha256_of_pieces_is_that_of_the_whole) {
  const std::string text(100000, 'x');
  Sha256 pieces;
  for (std::size_t first = 0; first < text.size(); first += 7919)
    pieces.add(bytes(std::string_view(text).substr(first, 7919)));
  STRCMP_EQUAL(sha256(text).c_str(), pieces.finish().c_str());
}

TEST(Hash, xxh3_of_pieces_is_that_of_the_whole) {
  const std::string text(100'000, 'y');
  Xxh3 hash;
  hash.add(bytes("something else"));
  hash.reset();
  for (std::size_t at = 0; at < text.size(); at += 777) hash.add(bytes(text.substr(at, 777)));
  CHECK_EQUAL(xxh3_64(bytes(text)), hash.digest());
}

// Digests made by the Python binding of xxHash 0.8.1.
TEST(Hash, xxh3_equals_the_reference) {
  CHECK_EQUAL(0x2d06800538d394c2ULL, xxh3_64({}));
  CHECK_EQUAL(0x78af5f94892f3950ULL, xxh3_64(bytes("abc")));
  CHECK_EQUAL(0xc0a4877b962cba82ULL, xxh3_64(bytes(std::string(1000, 'x'))));
}
