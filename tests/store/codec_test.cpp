#include "store/codec.hpp"

#include <libdeflate.h>

#include <cstring>
#include <random>
#include <vector>

#include "CppUTest/TestHarness.h"

using namespace tarsier;

namespace {

std::vector<std::byte> smooth(std::size_t bytes) {
  std::vector<std::byte> data(bytes);
  for (std::size_t i = 0; i < bytes; ++i) data[i] = static_cast<std::byte>(i / 97 % 7);
  return data;
}

std::vector<std::byte> noise(std::size_t bytes) {
  std::mt19937 random(1);
  std::vector<std::byte> data(bytes);
  for (std::byte& value : data) value = static_cast<std::byte>(random());
  return data;
}

// What the filters deflate and, for gray16, shuffle give back.
std::vector<std::byte> decode(StoredPixel pixel, std::span<const std::byte> coded, std::size_t bytes) {
  std::vector<std::byte> data(bytes);
  std::size_t used = 0;
  libdeflate_decompressor* inflate = libdeflate_alloc_decompressor();
  const auto result =
      libdeflate_zlib_decompress_ex(inflate, coded.data(), coded.size(), data.data(), bytes, &used, nullptr);
  libdeflate_free_decompressor(inflate);
  CHECK_EQUAL(LIBDEFLATE_SUCCESS, result);
  if (pixel == StoredPixel::gray8) return data;
  std::vector<std::byte> joined(bytes);
  for (std::size_t i = 0; i < bytes; ++i) joined[i] = data[i % 2 * (bytes / 2) + i / 2];
  return joined;
}

}  // namespace

TEST_GROUP(Codec) {
  // Frames of `frame_bytes` placed one after another, then coded.
  CodedSize encode(ChunkCodec & codec, StoredPixel pixel, std::span<const std::byte> frames, std::size_t frame_bytes) {
    std::vector<std::byte> chunk(frames.size());
    for (std::size_t i = 0; i < frames.size() / frame_bytes; ++i) {
      codec.place(pixel, frames.subspan(i * frame_bytes, frame_bytes), i, chunk);
    }
    coded.assign(largest_coded(frames.size()), std::byte{0xAA});
    return codec.encode(pixel, chunk, coded);
  }
  std::vector<std::byte> coded;
};

TEST(Codec, deflated_frames_inflate_to_themselves) {
  auto codec = *ChunkCodec::create(Codec::deflate, 1);
  for (const StoredPixel pixel : {StoredPixel::gray8, StoredPixel::gray16}) {
    const auto frames = smooth(3 * 50'000);
    const CodedSize size = encode(codec, pixel, frames, 50'000);
    CHECK_EQUAL(0, size.filter_mask);
    CHECK(size.bytes < frames.size());
    CHECK(frames == decode(pixel, std::span(coded).first(size.bytes), frames.size()));
  }
}

TEST(Codec, short_streams_are_padded_with_zeros_to_a_page) {
  auto codec = *ChunkCodec::create(Codec::deflate, 1);
  for (const std::size_t bytes : {std::size_t{48}, std::size_t{4095}, std::size_t{4096}, std::size_t{20'000}}) {
    const std::vector<std::byte> black(bytes);
    const CodedSize size = encode(codec, StoredPixel::gray8, black, bytes);
    CHECK_EQUAL(4096, size.bytes);
    CHECK(black == decode(StoredPixel::gray8, std::span(coded).first(size.bytes), bytes) || size.filter_mask == 1);
    CHECK(std::byte{0} == coded[4095]);
  }
}

TEST(Codec, a_chunk_that_does_not_shrink_is_stored_as_it_is) {
  auto codec = *ChunkCodec::create(Codec::deflate, 1);
  const auto frames = noise(2 * 10'000);
  CHECK_EQUAL(0b1, encode(codec, StoredPixel::gray8, frames, 10'000).filter_mask);
  CHECK(frames == coded);
  CHECK_EQUAL(0b11, encode(codec, StoredPixel::gray16, frames, 10'000).filter_mask);
  CHECK(frames == coded);
}

TEST(Codec, noise_smaller_than_a_page_fits_its_worst_case) {
  auto codec = *ChunkCodec::create(Codec::deflate, 1);
  for (const std::size_t bytes : {std::size_t{100}, std::size_t{4090}, std::size_t{4095}}) {
    const auto frames = noise(bytes);
    const CodedSize size = encode(codec, StoredPixel::gray8, frames, bytes);
    CHECK_EQUAL(0, size.filter_mask);
    CHECK(size.bytes >= 4096 && size.bytes <= coded.size());
    CHECK(frames == decode(StoredPixel::gray8, std::span(coded).first(size.bytes), bytes));
  }
}

TEST(Codec, frames_that_are_missing_in_a_chunk_are_black) {
  auto codec = *ChunkCodec::create(Codec::deflate, 1);
  for (const StoredPixel pixel : {StoredPixel::gray8, StoredPixel::gray16}) {
    std::vector<std::byte> chunk(4 * 20'000, std::byte{9});
    const auto frame = smooth(20'000);
    codec.place(pixel, frame, 0, chunk);
    codec.blank(pixel, 20'000, 1, chunk);
    coded.resize(largest_coded(chunk.size()));
    const CodedSize size = codec.encode(pixel, chunk, coded);
    std::vector<std::byte> expected(chunk.size());
    std::memcpy(expected.data(), frame.data(), frame.size());
    CHECK(expected == decode(pixel, std::span(coded).first(size.bytes), chunk.size()));
  }
}

TEST(Codec, none_leaves_the_pixels_as_they_are) {
  auto codec = *ChunkCodec::create(Codec::none, 0);
  const auto frames = smooth(2 * 600);
  const CodedSize size = encode(codec, StoredPixel::gray16, frames, 600);
  CHECK_EQUAL(frames.size(), size.bytes);
  CHECK_EQUAL(0, size.filter_mask);
  CHECK_EQUAL(0, std::memcmp(frames.data(), coded.data(), frames.size()));
}

TEST(Codec, a_level_that_deflate_does_not_have_is_refused) {
  for (const std::uint32_t level : {0U, 13U}) {
    const auto codec = ChunkCodec::create(Codec::deflate, level);
    CHECK_FALSE(codec.has_value());
    CHECK_TRUE(codec.error().wrong_use);
  }
}
