#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

#include "hdf5/file.hpp"
#include "report/export_writers.hpp"
#include "report/output_file.hpp"

namespace tarsier {
namespace {

// .npy, version 1.0, as numpy's own documentation lays it down: magic, length, a literal, blanks up to 64 bytes.
std::string npy_head(const char* type, const std::string& shape) {
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type, shape);
  constexpr std::size_t before = 10;
  text.append(63 - (before + text.size()) % 64, ' ');
  text += '\n';
  const auto size = static_cast<std::uint16_t>(text.size());
  std::string head("\x93NUMPY\x01\x00", 8);
  head += static_cast<char>(size & 0xffU);
  head += static_cast<char>(size >> 8U);
  return head + text;
}

template <typename Number>
std::string_view bytes_of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

std::uint64_t count_rows(const ExaminedCamera& camera) {
  std::uint64_t rows = 0;
  for (const ExaminedSegment& segment : camera.segments) rows += segment.facts.rows;
  return rows;
}

std::uint64_t count_frames(const ExaminedCamera& camera) {
  std::uint64_t frames = 0;
  for (const ExaminedSegment& segment : camera.segments) frames += segment.facts.frames;
  return frames;
}

Result<void> write_frames_of(OutputFile& out, const ExaminedSegment& segment, bool deep) {
  const auto file = open_for_reading(segment.path);
  if (!file) return unexpected(file.error());
  const auto frames =
      Series::open(*file, "/frames", deep ? number_record<std::uint16_t>() : number_record<std::uint8_t>());
  if (!frames) return unexpected(frames.error());
  const auto step = frames->entries_per_chunk();
  if (!step) return unexpected(step.error());
  std::vector<char> block;
  for (std::uint64_t first = 0; first < frames->length(); first += *step) {
    const std::uint64_t count = std::min(*step, frames->length() - first);
    block.resize(count * segment.facts.pixels() * (deep ? 2 : 1));
    if (auto read = frames->read(first, count, block.data()); !read) return read;
    if (auto written = out.write(bytes_of(block)); !written) return written;
  }
  return {};
}

// None of the frames may differ from the others in size or depth: they shall be one array.
Result<void> check_shapes(const ExaminedCamera& camera, const SegmentFacts& first) {
  for (const ExaminedSegment& segment : camera.segments) {
    const SegmentFacts& facts = segment.facts;
    if (facts.frames == 0) continue;
    if (facts.width_px == first.width_px && facts.height_px == first.height_px && facts.pixel == first.pixel) continue;
    return failure(fmt::format("{}: has frames of {}x{} {}, those before {}x{} {}; export its file alone",
                               segment.path.string(), facts.width_px, facts.height_px, facts.pixel, first.width_px,
                               first.height_px, first.pixel));
  }
  return {};
}

Result<std::filesystem::path> write_frames(const ExportTarget& target, const ExaminedCamera& camera) {
  const auto with_frames = std::find_if(camera.segments.begin(), camera.segments.end(),
                                        [](const ExaminedSegment& segment) { return segment.facts.frames > 0; });
  const SegmentFacts& first = with_frames->facts;
  if (auto fits = check_shapes(camera, first); !fits) return unexpected(std::move(fits.error()));
  auto out = OutputFile::create(target.files, target.folder / (file_stem(camera) + "_frames.npy"));
  if (!out) return unexpected(std::move(out.error()));
  const bool deep = first.pixel == "gray16";
  const auto shape = fmt::format("{}, {}, {}", count_frames(camera), first.height_px, first.width_px);
  Result<void> done = out->write(npy_head(deep ? "<u2" : "|u1", shape));
  for (const ExaminedSegment& segment : camera.segments) {
    if (done && segment.facts.frames > 0) done = write_frames_of(*out, segment, deep);
    target.done(segment);
  }
  if (done) done = out->finish();
  if (!done) return unexpected(std::move(done.error()));
  return out->path();
}

// Times and activity in one pass over the rows.
ExportedFiles write_rows(const ExportTarget& target, const ExaminedCamera& camera) {
  auto times = OutputFile::create(target.files, target.folder / (file_stem(camera) + "_utc_ns.npy"));
  if (!times) return unexpected(std::move(times.error()));
  auto activity = OutputFile::create(target.files, target.folder / (file_stem(camera) + "_activity.npy"));
  if (!activity) return unexpected(std::move(activity.error()));
  const std::uint64_t rows = count_rows(camera);
  const std::size_t regions = camera.regions.size();
  Result<void> done = times->write(npy_head("<i8", fmt::format("{},", rows)));
  if (done) done = activity->write(npy_head("<f8", fmt::format("{}, {}", rows == 0 ? 0 : rows - 1, regions)));
  if (!done) return unexpected(std::move(done.error()));
  std::vector<double> values(regions);
  bool first = true;
  const auto take = [&](const ExportEntry& entry) {
    const std::vector<std::int64_t> time{entry.row.utc_ns};
    Result<void> written = times->write(bytes_of(time));
    std::fill(values.begin(), values.end(), std::nan(""));
    for (std::size_t i = 0; i < entry.regions.size(); ++i) values[entry.segment.places[i]] = entry.activity(i).mean;
    // The first row of all has no frame before it.
    if (written && !std::exchange(first, false)) written = activity->write(bytes_of(values));
    return written;
  };
  done = for_each_row(camera, take, target.done);
  if (done) done = times->finish();
  if (done) done = activity->finish();
  if (!done) return unexpected(std::move(done.error()));
  return std::vector{times->path(), activity->path()};
}

Result<std::filesystem::path> write_names(const ExportTarget& target, const ExaminedCamera& camera) {
  auto names = OutputFile::create(target.files, target.folder / (file_stem(camera) + "_regions.txt"));
  if (!names) return unexpected(std::move(names.error()));
  Result<void> done;
  for (const std::string& name : camera.regions) {
    if (done) done = names->write(name + '\n');
  }
  if (done) done = names->finish();
  if (!done) return unexpected(std::move(done.error()));
  return names->path();
}

}  // namespace

ExportedFiles export_npy(const ExportTarget& target, const ExaminedCamera& camera) {
  static_assert(std::endian::native == std::endian::little);
  auto paths = write_rows(target, camera);
  if (!paths) return paths;
  auto names = write_names(target, camera);
  if (!names) return unexpected(std::move(names.error()));
  paths->push_back(std::move(*names));
  if (count_frames(camera) == 0) return paths;
  auto frames = write_frames(target, camera);
  if (!frames) return unexpected(std::move(frames.error()));
  paths->push_back(std::move(*frames));
  return paths;
}

}  // namespace tarsier
