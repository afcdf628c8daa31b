#include "store/codec.hpp"

#include <fmt/format.h>
#include <libdeflate.h>
#include <malloc.h>

#include <cstring>
#include <fstream>
#include <random>
#include <vector>

#include "CppUTest/TestHarness.h"
#include "hdf5/file.hpp"
#include "sample_recording.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

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

struct Kind {
  Codec codec;
  std::uint32_t level;
};
constexpr Kind kinds[] = {{Codec::none, 1}, {Codec::deflate, 1}, {Codec::deflate, 6}, {Codec::bitshuffle_lz4, 1}};

// FOLDER/NAME.h5 with one chunk of three frames, and their bytes in NAME.raw.
void write_file(const TemporaryFolder& folder, const Kind& kind, StoredPixel pixel, ImageSize size, bool noisy) {
  constexpr std::uint64_t frames = 3;
  auto codec = *ChunkCodec::create(kind.codec, kind.level);
  const std::size_t frame_bytes = size.pixels() * bytes_per_pixel(pixel);
  const auto pixels = noisy ? noise(frames * frame_bytes) : smooth(frames * frame_bytes);
  std::vector<std::byte> chunk(pixels.size()), coded(largest_coded(pixels.size()));
  for (std::uint64_t i = 0; i < frames; ++i) {
    codec.place(pixel, std::span(pixels).subspan(i * frame_bytes, frame_bytes), i, chunk);
  }
  const CodedSize coding = codec.encode(pixel, chunk, coded);
  const std::string name = fmt::format("{}_{}_{}_{}x{}_{}", to_text(kind.codec), kind.level, to_text(pixel),
                                       size.width_px, size.height_px, noisy ? "noise" : "smooth");
  auto file = must(WritableFile::create(system_files(), folder / (name + ".h5")));
  {
    auto series = must(
        Series::create(file.handle(), "/frames",
                       pixel == StoredPixel::gray8 ? number_record<std::uint8_t>() : number_record<std::uint16_t>(),
                       {frames, {size.height_px, size.width_px}}, frame_filters(pixel, kind.codec, kind.level)));
    must(series.extend(frames));
    must(file.write_chunk(series, 0, std::span(coded).first(coding.bytes), coding.filter_mask));
  }
  must(file.close());
  std::ofstream(folder / (name + ".raw"), std::ios::binary)
      .write(reinterpret_cast<const char*>(pixels.data()), static_cast<std::streamsize>(pixels.size()));
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

TEST(Codec, every_codec_pixel_and_odd_size_reads_back_in_h5py) {
  const TemporaryFolder folder;
  for (const Kind& kind : kinds) {
    for (const StoredPixel pixel : {StoredPixel::gray8, StoredPixel::gray16}) {
      for (const ImageSize size : {ImageSize{1, 1}, {7, 3}, {63, 65}, {64, 64}, {301, 97}, {640, 480}}) {
        for (const bool noisy : {false, true}) write_file(folder, kind, pixel, size, noisy);
      }
    }
  }
  check_python(import_bitshuffle + R"(
import glob, sys, h5py, numpy as np
paths = glob.glob(sys.argv[1] + "/*.h5")
assert len(paths) == 4 * 2 * 6 * 2, len(paths)
for path in paths:
    wanted = np.fromfile(path[:-2] + "raw", np.uint8)
    with h5py.File(path) as file:
        frames = file["frames"]
        assert np.array_equal(wanted, np.frombuffer(frames[:].tobytes(), np.uint8)), path
        if frames.id.get_create_plist().get_nfilters():
            info = frames.id.get_chunk_info(0)
            assert info.size >= 4096, (path, info)
            assert info.filter_mask == 0 or "noise" in path or frames.nbytes < 5000, (path, info)
)",
               {folder.path()});
}

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

TEST(Codec, bitshuffle_stores_noise_as_it_is_and_pads_short_chunks) {
  auto codec = *ChunkCodec::create(Codec::bitshuffle_lz4, 0);
  for (const StoredPixel pixel : {StoredPixel::gray8, StoredPixel::gray16}) {
    const auto frames = noise(2 * 10'000);
    CHECK_EQUAL(0b1, encode(codec, pixel, frames, 10'000).filter_mask);
    CHECK(frames == coded);
    const CodedSize black = encode(codec, pixel, std::vector<std::byte>(48'000), 24'000);
    CHECK_EQUAL(0, black.filter_mask);
    CHECK_EQUAL(4096, black.bytes);
    CHECK(std::byte{0} == coded[4095]);
  }
}

TEST(Codec, costs_at_least_what_its_compressor_takes_from_the_heap) {
  for (const auto& [codec, level] : {Kind{Codec::deflate, 1},
                                     {Codec::deflate, 2},
                                     {Codec::deflate, 6},
                                     {Codec::deflate, 9},
                                     {Codec::bitshuffle_lz4, 1}}) {
    const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    auto made = *ChunkCodec::create(codec, level);
    const std::size_t taken = mallinfo2().uordblks + mallinfo2().hblkhd - before;
    CHECK_TRUE_TEXT(taken <= ChunkCodec::cost(codec, level).count + 3 * 4096, std::to_string(taken).c_str());
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
