#include "daemon/calibration_file.hpp"

#include <CppUTest/TestHarness.h>

#include <fstream>

#include "support/python.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(CalibrationFile) {
  static constexpr ImageSize size{5, 4};
  TemporaryFolder folder;
  std::filesystem::path path = folder / "dark.h5";
  MeanImage image{size, 3, std::vector<std::uint32_t>(size.pixels())};

  void setup() override {
    for (std::size_t i = 0; i < image.sums.size(); ++i) image.sums[i] = static_cast<std::uint32_t>(i * 13);
  }
  Result<void> write(StoredPixel pixel = StoredPixel::gray8) {
    return write_calibration(path, image, pixel, {"dark", "a", "line", "2026-01-01T00:00:00Z"});
  }
  std::string error(ImageSize expected, StoredPixel pixel = StoredPixel::gray8) {
    const auto read = read_mean_image(path, expected, pixel);
    CHECK_FALSE(read.has_value());
    return read ? "" : read.error().message;
  }
};

TEST(CalibrationFile, comes_back_with_its_exact_sums) {
  CHECK(write().has_value());
  const auto read = read_mean_image(path, size, StoredPixel::gray8);
  CHECK(read.has_value());
  CHECK_EQUAL(3, read->frames);
  CHECK(read->sums == image.sums);
  check_python(R"(
import sys, h5py, numpy as np
file = h5py.File(sys.argv[1])
sums = 13 * np.arange(20).reshape(1, 4, 5)
assert (file["sum"][:] == sums).all() and file.attrs["frames"] == 3 and file.attrs["calibration"] == "dark"
assert file["frames"].dtype == np.uint8 and (file["frames"][:] == (2 * sums + 3) // 6).all()
)",
               {path.string()});
}

TEST(CalibrationFile, any_recording_is_averaged_and_a_png_is_taken_as_it_is) {
  check_python(R"(
import sys, h5py, numpy as np
from PIL import Image
frames = np.arange(60, dtype=np.uint8).reshape(3, 4, 5)
h5py.File(sys.argv[1] + "/r.h5", "w")["frames"] = frames
Image.fromarray(frames[1]).save(sys.argv[1] + "/i.png")
)",
               {folder.path().string()});
  const auto recording = read_mean_image(folder / "r.h5", size, StoredPixel::gray8);
  CHECK(recording.has_value());
  CHECK_EQUAL(3, recording->frames);
  CHECK_EQUAL(0 + 20 + 40, recording->sums[0]);
  const auto picture = read_mean_image(folder / "i.png", size, StoredPixel::gray8);
  CHECK(picture.has_value());
  CHECK_EQUAL(20, picture->sums[0]);
}

TEST(CalibrationFile, another_size_or_depth_is_refused_with_both) {
  CHECK(write().has_value());
  STRCMP_CONTAINS("is 5x4 gray8, the camera's stored frames are 6x4 gray8; record it anew", error({6, 4}).c_str());
  STRCMP_CONTAINS("5x4 gray16", error(size, StoredPixel::gray16).c_str());
}

TEST(CalibrationFile, is_never_overwritten_and_a_stranger_is_named) {
  CHECK(write().has_value());
  CHECK_FALSE(write().has_value());
  path = folder / "nothing.h5";
  STRCMP_CONTAINS("nothing.h5", error(size).c_str());
  std::ofstream(path) << "no image";
  STRCMP_CONTAINS("nothing.h5", error(size).c_str());
}
