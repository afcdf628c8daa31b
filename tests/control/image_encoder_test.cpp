#include "control/image_encoder.hpp"

#include <CppUTest/TestHarness.h>

#include <cstdlib>
#include <fstream>

#include "control/made_up_image.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(ImageEncoder) {
  TemporaryFolder folder;
  ImageEncoder encoder;

  // Runs Python with the bytes in the file `path`; the script asserts.
  void check(const std::string& bytes, const std::string& script) {
    std::ofstream(folder / "image", std::ios::binary) << bytes;
    const auto outcome = run_python({"-c", "import sys; path = sys.argv[1]\n" + script, (folder / "image").string()});
    CHECK_EQUAL_TEXT(0, outcome.exit_code, outcome.output.c_str());
  }
  static std::vector<std::uint8_t> ramp(std::size_t count) {
    std::vector<std::uint8_t> pixels(count);
    for (std::size_t i = 0; i < count; ++i) pixels[i] = static_cast<std::uint8_t>(i * 7);
    return pixels;
  }
};

TEST(ImageEncoder, npy_loads_in_numpy_with_every_pixel) {
  check(npy_of(made_up_image<std::uint8_t>(SampleType::uint8, 5, 3, ramp(15))),
        "import numpy\nimage = numpy.load(path)\n"
        "assert image.dtype == numpy.uint8 and image.shape == (3, 5) and image.flags.c_contiguous\n"
        "assert (image.ravel() == numpy.arange(15) * 7).all()\n");
  check(npy_of(made_up_image<std::uint16_t>(SampleType::uint16, 2, 2, {0, 1, 256, 65535})),
        "import numpy\nimage = numpy.load(path)\n"
        "assert image.dtype == numpy.uint16 and image.tolist() == [[0, 1], [256, 65535]]\n");
  check(npy_of(made_up_image<float>(SampleType::float32, 2, 1, {0.5F, -1})),
        "import numpy\nassert numpy.load(path).tolist() == [[0.5, -1]]\n");
}

TEST(ImageEncoder, the_head_of_npy_is_padded_to_64_bytes) {
  for (const std::uint32_t width : {1U, 99U, 12345U}) {
    const auto file = npy_of(made_up_image<std::uint8_t>(SampleType::uint8, width, 1, ramp(width)));
    CHECK_EQUAL(0U, (file.size() - width) % 64);
    CHECK_EQUAL('\n', file[file.size() - width - 1]);
  }
}

TEST(ImageEncoder, png_is_exact_in_8_and_16_bits) {
  check(png_of(made_up_image<std::uint8_t>(SampleType::uint8, 5, 3, ramp(15))),
        "import numpy, PIL.Image\nimage = numpy.asarray(PIL.Image.open(path))\n"
        "assert image.shape == (3, 5) and (image.ravel() == numpy.arange(15) * 7).all()\n");
  check(png_of(made_up_image<std::uint16_t>(SampleType::uint16, 2, 2, {0, 1, 256, 65535})),
        "import numpy, PIL.Image\nimage = numpy.asarray(PIL.Image.open(path))\n"
        "assert image.tolist() == [[0, 1], [256, 65535]]\n");
  CHECK(png_of(made_up_image<float>(SampleType::float32, 1, 1, {0.5F})).empty());
}

TEST(ImageEncoder, jpeg_shows_the_means_of_boxes) {
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < 64 * 32; ++i) pixels.push_back(i % 64 < 32 ? (i % 2 == 0 ? 90 : 110) : 200);
  check(encoder.jpeg(made_up_image(SampleType::uint8, 64, 32, pixels), 16, 100),
        "import numpy, PIL.Image\nimage = numpy.asarray(PIL.Image.open(path)).astype(int)\n"
        "assert image.shape == (8, 16), image.shape\n"
        "assert abs(image[:, :8] - 100).max() <= 2 and abs(image[:, 8:] - 200).max() <= 2, image\n");
}

TEST(ImageEncoder, jpeg_is_never_wider_than_the_frame) {
  check(encoder.jpeg(made_up_image<std::uint8_t>(SampleType::uint8, 5, 3, ramp(15)), 640, 80),
        "import PIL.Image\nassert PIL.Image.open(path).size == (5, 3)\n");
}

TEST(ImageEncoder, a_frame_of_any_shape_fits_the_buffers) {
  for (const auto& [width, height] : {std::pair{1U, 1U}, {1U, 3000U}, {3000U, 1U}, {17U, 9U}}) {
    const auto frame = made_up_image<std::uint8_t>(SampleType::uint8, width, height, ramp(width * height));
    for (const std::uint32_t shown : {1U, 8U, 1920U}) CHECK(!encoder.jpeg(frame, shown, 100).empty());
  }
}

TEST(ImageEncoder, deeper_frames_are_stretched_from_darkest_to_brightest) {
  std::vector<std::uint16_t> pixels(32 * 16, 1000);
  for (std::size_t i = 0; i < pixels.size() / 2; ++i) pixels[i] = 1200;
  check(encoder.jpeg(made_up_image(SampleType::uint16, 32, 16, pixels), 32, 100),
        "import numpy, PIL.Image\nimage = numpy.asarray(PIL.Image.open(path)).astype(int)\n"
        "assert image[:8].min() >= 253 and image[8:].max() <= 2\n");
  std::vector<float> none(16, std::numeric_limits<float>::quiet_NaN());
  CHECK(!encoder.jpeg(made_up_image(SampleType::float32, 4, 4, none), 4, 80).empty());
}

TEST(ImageEncoder, its_cost_grows_with_the_shown_size_alone) {
  CHECK(ImageEncoder::cost(8000, 6000) < mebibytes(12));
  CHECK(ImageEncoder::cost(640, 480) < mebibytes(2));
}
