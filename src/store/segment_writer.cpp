#include "store/segment_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "hdf5/file.hpp"
#include "store/segment_attributes.hpp"
#include "store/segment_layout.hpp"

namespace tarsier {
namespace {

constexpr std::size_t waiting_rows = 1024;
constexpr std::size_t waiting_projections = 64;

class Hdf5SegmentWriter final : public SegmentWriter {
 public:
  Hdf5SegmentWriter(FileOperations& files, std::filesystem::path part, WritableFile file, GrowingSeries series,
                    std::uint64_t frames_per_chunk, std::uint64_t regions)
      : files_(files),
        part_(std::move(part)),
        frames_per_chunk_(frames_per_chunk),
        regions_(regions),
        file_(std::move(file)),
        series_(std::move(series)) {
    waiting_.reserve(waiting_rows);
    waiting_projections_.reserve(waiting_projections);
  }
  // Left without close(): what lies on the disk stays as the journal knows it.
  ~Hdf5SegmentWriter() override { file_.abandon(); }

  Result<ChunkPlace> write_chunk(std::uint64_t index, std::span<const std::byte> coded, std::uint32_t filter_mask,
                                 std::uint64_t frames_after) override;
  Result<ChunkPlace> write_image(ImageKind kind, std::uint64_t index, std::span<const std::byte> pixels) override;
  Result<void> append_projections(std::span<const ProjectionRow> projections) override;
  Result<void> append_rows(std::span<const Row> rows, std::span<const RegionRow> regions) override;
  Result<void> append_gaps(std::span<const Gap> gaps) override { return intact_after(series_.gaps.append(gaps)); }
  Result<void> append_events(std::span<const Event> events) override {
    return intact_after(series_.events.append(events));
  }
  Result<void> append_environment(std::span<const EnvironmentSample> samples) override {
    return intact_after(series_.environment.append(samples));
  }
  Result<void> append_storage(std::span<const StorageRow> rows) override {
    return intact_after(series_.storage.append(rows));
  }
  Result<void> publish() override;
  int descriptor() const override { return file_.descriptor(); }
  std::uint64_t bytes() const override;
  Result<void> close() override;

 private:
  [[nodiscard]] Result<void> intact_after(Result<void> done) { return done ? file_.intact() : done; }

  // Constant after construction.
  FileOperations& files_;
  const std::filesystem::path part_;
  const std::uint64_t frames_per_chunk_;
  const std::uint64_t regions_;
  // Recorder thread.
  WritableFile file_;
  GrowingSeries series_;
  // Rows that are not in the file yet: HDF5 may write a dataset's header whenever it likes, so a row is not given to
  // it before everything that the row speaks of has been written.
  std::vector<Row> waiting_;
  std::vector<ProjectionRow> waiting_projections_;  // for the same reason
};

Result<ChunkPlace> Hdf5SegmentWriter::write_chunk(std::uint64_t index, std::span<const std::byte> coded,
                                                  std::uint32_t filter_mask, std::uint64_t frames_after) {
  if (!series_.frames) return failure(part_.string() + ": keeps no frames");
  if (auto extended = series_.frames->extend(frames_after); !extended) return unexpected(std::move(extended.error()));
  auto place = file_.write_chunk(*series_.frames, index * frames_per_chunk_, coded, filter_mask);
  if (!place) return unexpected(std::move(place.error()));
  return ChunkPlace{place->offset, place->bytes};
}

Result<ChunkPlace> Hdf5SegmentWriter::write_image(ImageKind kind, std::uint64_t index,
                                                  std::span<const std::byte> pixels) {
  auto& series = series_.images[static_cast<std::size_t>(kind)];
  if (!series) return failure(fmt::format("{}: has no dataset for images of {}", part_.string(), to_text(kind)));
  if (auto extended = series->extend(index + 1); !extended) return unexpected(std::move(extended.error()));
  auto place = file_.write_chunk(*series, index, pixels, 0);
  if (!place) return unexpected(std::move(place.error()));
  return ChunkPlace{place->offset, place->bytes};
}

Result<void> Hdf5SegmentWriter::append_projections(std::span<const ProjectionRow> projections) {
  for (const ProjectionRow& projection : projections) {
    if (waiting_projections_.size() == waiting_projections) {
      if (auto published = publish(); !published) return published;
    }
    waiting_projections_.push_back(projection);
  }
  return {};
}

Result<void> Hdf5SegmentWriter::append_rows(std::span<const Row> rows, std::span<const RegionRow> regions) {
  if (regions.size() != rows.size() * regions_) return failure(part_.string() + ": rows and regions do not match");
  if (auto appended = series_.regions.append(regions.data(), rows.size()); !appended) return appended;
  while (!rows.empty()) {
    const auto now = rows.first(std::min(rows.size(), waiting_rows - waiting_.size()));
    waiting_.insert(waiting_.end(), now.begin(), now.end());
    rows = rows.subspan(now.size());
    if (waiting_.size() < waiting_rows) break;
    if (auto published = publish(); !published) return published;
  }
  return file_.intact();
}

Result<void> Hdf5SegmentWriter::publish() {
  Result<void> done = series_.frames ? series_.frames->flush() : Result<void>();
  for (Series* series : {&series_.regions, &series_.gaps, &series_.events, &series_.environment, &series_.storage}) {
    if (done) done = series->flush();
  }
  for (auto& images : series_.images) {
    if (done && images) done = images->flush();
  }
  if (done && series_.projections) {
    done = series_.projections->append(std::span<const ProjectionRow>(waiting_projections_));
    if (done) done = series_.projections->flush();
  }
  if (done) done = series_.rows.append(std::span<const Row>(waiting_));
  if (done) done = series_.rows.flush();
  // Writes the superblock too: without that, h5clear would cut the file to what it was when SWMR started.
  if (done) done = file_.flush();
  if (done) waiting_.clear();
  if (done) waiting_projections_.clear();
  return intact_after(std::move(done));
}

std::uint64_t Hdf5SegmentWriter::bytes() const {
  struct stat status {};
  return files_.fstat(file_.descriptor(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

Result<void> Hdf5SegmentWriter::close() {
  auto published = publish();
  if (!published) {
    file_.abandon();
    (void)file_.close();
    return published;
  }
  return file_.close();
}

}  // namespace

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(FileOperations& files, const std::filesystem::path& part,
                                                             const RunFacts& run, const CameraRecording& camera,
                                                             std::uint32_t segment, Codec codec,
                                                             std::uint32_t deflate_level) {
  auto file = WritableFile::create(files, part);
  if (!file) return unexpected(std::move(file.error()));
  const auto discard = [&](Error error) {
    file->abandon();
    (void)files.unlink(part.c_str());
    return unexpected(std::move(error).within(part.string()));
  };
  auto series = make_layout(*file, camera, codec, deflate_level);
  if (!series) return discard(std::move(series.error()));
  auto done = write_attributes(*file, run, camera, segment, codec, deflate_level);
  if (done) done = file->start_swmr();
  if (done) done = file->intact();
  if (!done) return discard(std::move(done.error()));
  return std::make_unique<Hdf5SegmentWriter>(files, part, std::move(*file), std::move(*series), camera.frames_per_chunk,
                                             camera.regions.size());
}

}  // namespace tarsier
