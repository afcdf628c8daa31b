#include "store/deflater.hpp"

#include <libdeflate.h>

#include <random>
#include <vector>

#include "CppUTest/TestHarness.h"

using namespace tarsier;

namespace {

std::vector<std::byte> scene(std::size_t bytes) {
  std::mt19937 random(1);
  std::vector<std::byte> data(bytes);
  for (std::size_t i = 0; i < bytes; ++i) data[i] = static_cast<std::byte>(i / 200 + random() % 4);
  return data;
}

std::vector<std::byte> inflated(std::span<const std::byte> stream, std::size_t bytes) {
  std::vector<std::byte> data(bytes);
  libdeflate_decompressor* inflate = libdeflate_alloc_decompressor();
  std::size_t made = 0;
  const auto result =
      libdeflate_zlib_decompress(inflate, stream.data(), stream.size(), data.data(), data.size(), &made);
  libdeflate_free_decompressor(inflate);
  CHECK_EQUAL(LIBDEFLATE_SUCCESS, result);
  CHECK_EQUAL(bytes, made);
  return data;
}

struct DeflateKind {
  std::uint32_t level;
  DeflateLibrary library;
};

// Every kind that this build can make, also those that no level of a rig chooses here.
std::vector<DeflateKind> deflate_kinds() {
  std::vector<DeflateKind> all;
  for (std::uint32_t level = 1; level <= 12; ++level) all.push_back({level, DeflateLibrary::libdeflate});
  if (Deflater::has_isal()) {
    all.push_back({1, DeflateLibrary::isal});
    all.push_back({2, DeflateLibrary::isal});
  }
  return all;
}

}  // namespace

TEST_GROUP(Deflater){};

TEST(Deflater, every_library_and_level_makes_a_stream_that_inflates_to_what_it_was) {
  for (const DeflateKind& kind : deflate_kinds()) {
    const auto deflater = *Deflater::create(kind.level, kind.library);
    for (const std::size_t bytes : {1, 100, 4096, 100'001}) {
      const auto data = scene(bytes);
      std::vector<std::byte> stream(bytes + 100);
      const std::size_t length = deflater->deflate(data, stream);
      CHECK(length > 0);
      CHECK(data == inflated(std::span(stream).first(length), bytes));
    }
  }
}

TEST(Deflater, a_stream_that_does_not_fit_is_refused_and_the_next_one_is_whole) {
  for (const DeflateKind& kind : deflate_kinds()) {
    const auto deflater = *Deflater::create(kind.level, kind.library);
    const auto data = scene(50'000);
    std::vector<std::byte> stream(data.size());
    const std::size_t length = deflater->deflate(data, stream);
    for (const std::size_t room : {std::size_t{1}, length / 2, length - 1}) {
      CHECK_EQUAL(0, deflater->deflate(data, std::span(stream).first(room)));
    }
    CHECK_EQUAL(length, deflater->deflate(data, stream));
    CHECK(data == inflated(std::span(stream).first(length), data.size()));
  }
}

TEST(Deflater, fast_levels_are_made_by_isal_where_it_is) {
  const DeflateLibrary fast = Deflater::has_isal() ? DeflateLibrary::isal : DeflateLibrary::libdeflate;
  CHECK(fast == Deflater::library_of(1));
  CHECK(fast == Deflater::library_of(2));
  CHECK(DeflateLibrary::libdeflate == Deflater::library_of(3));
  CHECK(DeflateLibrary::libdeflate == Deflater::library_of(9));
}

TEST(Deflater, a_level_that_a_library_does_not_have_is_refused) {
  for (const DeflateKind& kind : {DeflateKind{0, DeflateLibrary::libdeflate},
                                  DeflateKind{13, DeflateLibrary::libdeflate}, DeflateKind{3, DeflateLibrary::isal}}) {
    const auto deflater = Deflater::create(kind.level, kind.library);
    CHECK_FALSE(deflater.has_value());
    CHECK_TRUE(deflater.error().wrong_use);
  }
}
