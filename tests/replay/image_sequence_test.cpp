#include "replay/image_sequence.hpp"

#include <CppUTest/TestHarness.h>
#include <tiffio.h>

#include <cstring>
#include <fstream>

#include "replay/recording_file.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

constexpr std::uint32_t width = 21;
constexpr std::uint32_t height = 13;

// Value number i of image `seed`.
std::uint16_t value(std::uint64_t seed, std::uint64_t i) { return recording_pixel(seed, i * 37); }

struct TiffShape {
  unsigned bits = 8;
  unsigned samples = 1;
  std::uint32_t tile = 0;  // 0: strips
  std::uint16_t compression = COMPRESSION_NONE;
  const char* mode = "w";
  std::uint16_t colours = PHOTOMETRIC_MINISBLACK;
};

std::vector<std::uint8_t> packed(std::uint64_t seed, unsigned bits, std::size_t count) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t one = value(seed, i);
    bytes.push_back(static_cast<std::uint8_t>(one));
    if (bits == 16) bytes.push_back(static_cast<std::uint8_t>(one >> 8U));
  }
  return bytes;
}

void write_tiles(TIFF* tiff, const TiffShape& shape, const std::vector<std::uint8_t>& bytes) {
  const std::size_t pixel = shape.bits / 8 * shape.samples;
  std::vector<std::uint8_t> tile(shape.tile * shape.tile * pixel);
  for (std::uint32_t y = 0; y < height; y += shape.tile) {
    for (std::uint32_t x = 0; x < width; x += shape.tile) {
      for (std::uint32_t v = 0; v < std::min(shape.tile, height - y); ++v) {
        std::memcpy(&tile[v * shape.tile * pixel], &bytes[((y + v) * width + x) * pixel],
                    std::min(shape.tile, width - x) * pixel);
      }
      TIFFWriteTile(tiff, tile.data(), x, y, 0, 0);
    }
  }
}

void write_page(TIFF* tiff, const TiffShape& shape, std::uint64_t seed) {
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, height);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, shape.bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, shape.samples);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, shape.samples == 3 ? PHOTOMETRIC_RGB : shape.colours);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, shape.compression);
  auto bytes = packed(seed, shape.bits, std::size_t{width} * height * shape.samples);
  if (shape.tile > 0) {
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, shape.tile);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, shape.tile);
    write_tiles(tiff, shape, bytes);
  } else {
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 4);
    const std::size_t line = bytes.size() / height;
    for (std::uint32_t y = 0; y < height; ++y) TIFFWriteScanline(tiff, &bytes[y * line], y, 0);
  }
  TIFFWriteDirectory(tiff);
}

void write_tiff(const std::filesystem::path& path, const TiffShape& shape, std::vector<std::uint64_t> seeds) {
  TIFF* tiff = TIFFOpen(path.c_str(), shape.mode);
  for (const std::uint64_t seed : seeds) write_page(tiff, shape, seed);
  TIFFClose(tiff);
}

void write_pgm(const std::filesystem::path& path, unsigned bits, std::uint64_t seed) {
  auto bytes = packed(seed, bits, width * height);
  if (bits == 16) {
    for (std::size_t i = 0; i < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
  }
  std::ofstream file(path, std::ios::binary);
  file << "P5 # of a camera\n# two\n" << width << '\n' << height << ' ' << (bits == 16 ? 65535 : 255) << '\n';
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

// Whether frame `index` is image `seed` of that many bits and samples.
bool is_image(Recording& recording, std::uint64_t index, unsigned bits, unsigned samples, std::uint64_t seed) {
  std::vector<std::byte> pixels(recording.facts().frame_bytes());
  const auto expected = packed(seed, bits, std::size_t{width} * height * samples);
  return pixels.size() == expected.size() && recording.read(index, pixels) &&
         std::memcmp(pixels.data(), expected.data(), expected.size()) == 0;
}

std::string reason(const std::filesystem::path& file) {
  const auto opened = ImageSequence::open({file});
  return opened ? "" : opened.error().message;
}

}  // namespace

TEST_GROUP(ImageSequence) { TemporaryFolder folder; };

TEST(ImageSequence, tiff_of_every_kind_comes_back_value_by_value) {
  for (const char* mode : {"wl", "wb", "w8"}) {
    for (const std::uint32_t tile : {0U, 16U}) {
      for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_PACKBITS}) {
        const auto check = [&](unsigned bits, unsigned samples, PixelFormat format) {
          write_tiff(folder / "a.tif", {bits, samples, tile, static_cast<std::uint16_t>(compression), mode}, {5});
          const auto recording = ImageSequence::open({folder / "a.tif"});
          CHECK(recording.has_value());
          CHECK((*recording)->facts().format == format);
          CHECK(((*recording)->facts().size == ImageSize{width, height}));
          CHECK(is_image(**recording, 0, bits, samples, 5));
        };
        check(8, 1, PixelFormat::gray8);
        check(16, 1, PixelFormat::gray16);
        check(8, 3, PixelFormat::rgb24);
      }
    }
  }
}

TEST(ImageSequence, the_pages_of_a_stack_are_frames) {
  write_tiff(folder / "a.tif", {.bits = 16}, {1, 2, 3});
  write_tiff(folder / "b.tif", {.bits = 16}, {4, 5});
  const auto recording = ImageSequence::open({folder / "a.tif", folder / "b.tif"});
  CHECK_EQUAL(5U, (*recording)->facts().frames);
  for (const std::uint64_t frame : {0U, 1U, 2U, 3U, 4U, 1U, 0U}) CHECK(is_image(**recording, frame, 16, 1, frame + 1));
}

TEST(ImageSequence, pgm_of_8_and_16_bits_comes_back_value_by_value) {
  for (const unsigned bits : {8U, 16U}) {
    write_pgm(folder / "a.pgm", bits, 3);
    const auto recording = ImageSequence::open({folder / "a.pgm"});
    CHECK((*recording)->facts().format == (bits == 8 ? PixelFormat::gray8 : PixelFormat::gray16));
    CHECK(is_image(**recording, 0, bits, 1, 3));
  }
}

TEST(ImageSequence, an_image_that_differs_is_damaged_or_missing_is_lost_alone) {
  std::vector<std::filesystem::path> files;
  for (int i = 0; i < 6; ++i) files.push_back(folder / ("i" + std::to_string(i) + ".pgm"));
  for (int i = 0; i < 6; ++i) write_pgm(files[static_cast<std::size_t>(i)], i == 1 ? 16 : 8, static_cast<unsigned>(i));
  std::filesystem::resize_file(files[2], 60);
  std::filesystem::resize_file(files[3], 0);
  std::filesystem::remove(files[4]);
  const auto recording = ImageSequence::open(files);
  CHECK_EQUAL(6U, (*recording)->facts().frames);
  for (const std::uint64_t frame : {0U, 5U}) CHECK(is_image(**recording, frame, 8, 1, frame));
  const std::vector<std::string> words = {"is 21x13 gray16, the recording is 21x13 gray8", "ends too early", "is empty",
                                          "cannot be opened"};
  std::vector<std::byte> pixels(width * height);
  for (std::uint64_t i = 0; i < words.size(); ++i) {
    const auto read = (*recording)->read(i + 1, pixels);
    CHECK(!read);
    STRCMP_CONTAINS(words[i].c_str(), read.error().message.c_str());
    STRCMP_CONTAINS(files[i + 1].c_str(), read.error().message.c_str());
  }
}

TEST(ImageSequence, the_first_image_that_can_be_read_says_what_all_are) {
  std::ofstream(folder / "0.pgm") << "P5 nothing";
  write_pgm(folder / "1.pgm", 8, 1);
  const auto recording = ImageSequence::open({folder / "0.pgm", folder / "1.pgm"});
  CHECK_EQUAL(2U, (*recording)->facts().frames);
  CHECK(is_image(**recording, 1, 8, 1, 1));
}

TEST(ImageSequence, a_stack_that_is_cut_keeps_the_pages_that_are_whole) {
  write_tiff(folder / "a.tif", {.bits = 16}, {1, 2, 3});
  const auto whole = std::filesystem::file_size(folder / "a.tif");
  for (const std::uintmax_t cut : {1, 100, 400}) {
    std::filesystem::copy_file(folder / "a.tif", folder / "b.tif", std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(folder / "b.tif", whole - cut);
    const auto recording = ImageSequence::open({folder / "b.tif"});
    CHECK(recording.has_value());
    CHECK_EQUAL(3U, (*recording)->facts().frames);
    CHECK(is_image(**recording, 0, 16, 1, 1));
    CHECK(is_image(**recording, 1, 16, 1, 2));
    CHECK_FALSE(is_image(**recording, 2, 16, 1, 3));
  }
}

TEST(ImageSequence, pages_under_a_name_that_hides_them_are_not_lost_in_silence) {
  write_pgm(folder / "a.pgm", 8, 1);
  write_tiff(folder / "b.png", {}, {2, 3});
  const auto recording = ImageSequence::open({folder / "a.pgm", folder / "b.png"});
  std::vector<std::byte> pixels(width * height);
  const auto read = (*recording)->read(1, pixels);
  CHECK(!read);
  STRCMP_CONTAINS("b.png: is a TIFF file of several images; let its name end in .tif", read.error().message.c_str());
}

TEST(ImageSequence, what_cannot_be_read_is_told) {
  std::ofstream(folder / "a.png") << "this is no image";
  STRCMP_CONTAINS("a.png: is no image that can be read; PNG, TIFF and PGM", reason(folder / "a.png").c_str());
  write_tiff(folder / "a.tif", {.bits = 8, .colours = PHOTOMETRIC_MINISWHITE}, {1});
  STRCMP_CONTAINS("black is 0", reason(folder / "a.tif").c_str());
  std::ofstream(folder / "a.pgm") << "P5 100000 100000 255 ";
  STRCMP_CONTAINS("100000x100000", reason(folder / "a.pgm").c_str());
  std::ofstream(folder / "b.pgm") << "P5 60000 60000 255 ";
  STRCMP_CONTAINS("one frame of it takes", reason(folder / "b.pgm").c_str());
}

TEST(ImageSequence, a_tiff_with_any_byte_changed_is_read_or_refused) {
  write_tiff(folder / "a.tif", {.bits = 8, .compression = COMPRESSION_LZW}, {1, 2});
  std::ifstream in(folder / "a.tif", std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(in)), {});
  std::uint64_t looked = 0;
  for (std::size_t i = 0; i < good.size(); i += 3) {
    std::string bad = good;
    bad[i] = static_cast<char>(~bad[i]);
    std::ofstream(folder / "b.tif", std::ios::binary) << bad;
    const auto recording = ImageSequence::open({folder / "b.tif"});
    if (!recording) continue;
    std::vector<std::byte> pixels((*recording)->facts().frame_bytes());
    for (std::uint64_t f = 0; f < std::min<std::uint64_t>((*recording)->facts().frames, 4); ++f) {
      looked += (*recording)->read(f, pixels) ? 1 : 0;
    }
  }
  CHECK(looked > good.size() / 3);
}
