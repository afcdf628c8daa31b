#include "daemon/calibration_file.hpp"

#include <fmt/format.h>

#include "base/file_operations.hpp"
#include "hdf5/attribute.hpp"
#include "hdf5/file.hpp"
#include "kernels/reduce.hpp"
#include "replay/replay_input.hpp"

namespace tarsier {
namespace {

constexpr auto sum_path = "/sum";

template <typename Pixel>
Result<void> append_mean(const WritableFile& file, const MeanImage& image) {
  auto frames = Series::create(file.handle(), "/frames", number_record<Pixel>(),
                               {1, {image.size.height_px, image.size.width_px}});
  if (!frames) return unexpected(std::move(frames.error()));
  std::vector<Pixel> mean(image.sums.size());
  mean_of_sums(image.sums, image.frames, std::span<Pixel>(mean));
  return frames->append(mean.data(), 1);
}

Result<void> append_sums(const WritableFile& file, const MeanImage& image) {
  auto sums = Series::create(file.handle(), sum_path, number_record<std::uint32_t>(),
                             {1, {image.size.height_px, image.size.width_px}});
  if (!sums) return unexpected(std::move(sums.error()));
  return sums->append(image.sums.data(), 1);
}

Result<void> fill(const WritableFile& file, const MeanImage& image, StoredPixel pixel, const CalibrationFacts& facts) {
  auto done = append_sums(file, image);
  if (done)
    done =
        pixel == StoredPixel::gray8 ? append_mean<std::uint8_t>(file, image) : append_mean<std::uint16_t>(file, image);
  const auto set = [&](const char* name, const auto& value) {
    if (done) done = write_attribute(file.handle(), "/", name, value);
  };
  set("software", "tarsier " TARSIER_VERSION);
  set("calibration", facts.kind);
  set("camera", facts.camera);
  set("pipeline", facts.source);
  set("recorded", facts.recorded);
  set("frames", std::uint64_t{image.frames});
  return done;
}

std::string size_text(ImageSize size, StoredPixel pixel) {
  return fmt::format("{}x{} {}", size.width_px, size.height_px, to_text(pixel));
}

Result<void> check(const std::filesystem::path& path, ImageSize size, StoredPixel pixel, ImageSize expected,
                   StoredPixel wanted) {
  if (size == expected && pixel == wanted) return {};
  return misuse(fmt::format("{}: is {}, the camera's stored frames are {}; record it anew with tarsier calibrate",
                            path.string(), size_text(size, pixel), size_text(expected, wanted)));
}

Result<MeanImage> read_sums(const FileHandle& file, const std::filesystem::path& path, ImageSize size) {
  const auto frames = read_integer_attribute(file, "/", "frames");
  auto sums = Series::open(file, sum_path, number_record<std::uint32_t>());
  const bool whole = frames && *frames > 0 && *frames <= most_mean_frames && sums && sums->length() == 1 &&
                     sums->entry() == std::vector<std::uint64_t>{size.height_px, size.width_px};
  if (!whole) return failure(path.string() + ": is a calibration file that is damaged; record it anew");
  MeanImage image{size, static_cast<std::uint32_t>(*frames), std::vector<std::uint32_t>(size.pixels())};
  if (auto read = sums->read(0, 1, image.sums.data()); !read) return unexpected(std::move(read.error()));
  return image;
}

template <typename Pixel>
Result<MeanImage> mean_of_frames(const ReplayInput& input, const RecordingFacts& facts) {
  const auto recording = open_recording(input);
  if (!recording) return unexpected(recording.error());
  MeanImage image{facts.size, 0, std::vector<std::uint32_t>(facts.size.pixels())};
  std::vector<Pixel> frame(facts.size.pixels());
  for (; image.frames < std::min<std::uint64_t>(facts.frames, most_mean_frames); ++image.frames) {
    auto read = (*recording)->read(image.frames, std::as_writable_bytes(std::span(frame)));
    if (!read) return unexpected(std::move(read.error()).within(input.files.front().string()));
    accumulate(std::span<const Pixel>(frame), image.sums);
  }
  return image;
}

// One sample a pixel, as it is stored.
bool is_plain_gray(PixelFormat format) { return format >= PixelFormat::gray8 && format <= PixelFormat::gray16; }

}  // namespace

Result<void> write_calibration(const std::filesystem::path& path, const MeanImage& image, StoredPixel pixel,
                               const CalibrationFacts& facts) {
  auto file = WritableFile::create(system_files(), path);
  if (!file) return unexpected(std::move(file.error()));
  auto done = fill(*file, image, pixel, facts);
  if (done) done = file->intact();
  if (done) done = file->close();
  if (done) return done;
  file->abandon();
  (void)system_files().unlink(path.c_str());
  return unexpected(std::move(done.error()).within(path.string()));
}

Result<MeanImage> read_mean_image(const std::filesystem::path& path, ImageSize expected, StoredPixel pixel) {
  const ReplayInput input{kind_of(path, {}), {path}, {}};
  if (input.kind == ReplayKind::video)
    return misuse(path.string() + ": is neither an HDF5 recording nor a PNG, TIFF or PGM image, or is not there");
  const auto facts = probe_recording(input);
  if (!facts) return unexpected(facts.error());
  if (!is_plain_gray(facts->format))
    return misuse(fmt::format("{}: holds {}; a gray image is needed", path.string(), to_text(facts->format)));
  auto fits = check(path, facts->size, natural_pixel(facts->format), expected, pixel);
  if (!fits) return unexpected(std::move(fits.error()));
  if (input.kind == ReplayKind::hdf5) {
    const auto file = open_for_reading(path);
    if (!file) return unexpected(file.error());
    if (has_attribute(*file, "/", "calibration")) return read_sums(*file, path, expected);
  }
  return pixel == StoredPixel::gray8 ? mean_of_frames<std::uint8_t>(input, *facts)
                                     : mean_of_frames<std::uint16_t>(input, *facts);
}

}  // namespace tarsier
