#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cmath>
#include <cstddef>
#include <optional>

#include "base/unique_fd.hpp"
#include "hdf5/attribute.hpp"
#include "hdf5/file.hpp"
#include "report/export_writers.hpp"
#include "report/output_file.hpp"

namespace tarsier {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t waiting_samples = 4096;

struct Sample {
  double time = 0;
  double value = 0;
};

RecordType sample_type() {
  const RecordMember members[] = {{"time", offsetof(Sample, time), number_type<double>()},
                                  {"value", offsetof(Sample, value), number_type<double>()}};
  return record_type(sizeof(Sample), members);
}

// The file counts regions from 1.
std::string region_path(std::size_t region) { return fmt::format("/core_analysis/movement_data/roi_{}", region + 1); }

class ResultsWriter {
 public:
  ResultsWriter(WritableFile& file, const ExaminedCamera& camera) : file_(file), camera_(camera) {}

  Result<void> begin() {
    const FileHandle& handle = file_.handle();
    Result<void> done = write_attribute(handle, "/", "version", "2.0");
    for (const char* group :
         {"/core_analysis", "/core_analysis/movement_data", "/analysis_parameters", "/analysis_parameters/core"}) {
      if (done) done = file_.make_group(group);
    }
    const double interval_s = static_cast<double>(camera_.interval_ns()) / 1e9;
    if (done) done = write_attribute(handle, "/analysis_parameters/core", "frame_interval", interval_s);
    waiting_.resize(camera_.regions.size());
    for (std::size_t region = 0; done && region < camera_.regions.size(); ++region) {
      done = file_.make_group(region_path(region));
      auto series = Series::create(handle, region_path(region) + "/timeseries", sample_type(), {1024, {}});
      if (!series) return unexpected(std::move(series.error()));
      series_.push_back(std::move(*series));
    }
    return done;
  }

  // A pair stands at the time of its earlier frame.
  Result<void> add(const ExportEntry& entry) {
    const double now_s = entry.elapsed_s();
    if (before_s_) {
      for (auto& samples : waiting_) samples.push_back({*before_s_, std::nan("")});
      for (std::size_t i = 0; i < entry.regions.size(); ++i) {
        waiting_[entry.segment.places[i]].back().value = entry.activity(i).mean;
      }
      if (!first_s_) first_s_ = before_s_;
      last_s_ = *before_s_;
    }
    before_s_ = now_s;
    return waiting_.empty() || waiting_.front().size() < waiting_samples ? Result<void>() : flush();
  }

  Result<void> finish() {
    Result<void> done = flush();
    const FileHandle& handle = file_.handle();
    for (std::size_t region = 0; region < series_.size(); ++region) {
      const std::string path = region_path(region);
      if (done) done = write_attribute(handle, path, "roi_id", static_cast<std::int64_t>(region + 1));
      if (done) done = write_attribute(handle, path, "n_samples", static_cast<std::int64_t>(series_[region].length()));
      if (done) done = write_attribute(handle, path, "duration_seconds", first_s_ ? last_s_ - *first_s_ : 0.0);
      if (done) done = write_attribute(handle, path, "name", camera_.regions[region]);
    }
    series_.clear();
    return done ? file_.convert_for_old_readers() : done;
  }

 private:
  Result<void> flush() {
    for (std::size_t region = 0; region < series_.size(); ++region) {
      auto appended = series_[region].append(std::span<const Sample>(waiting_[region]));
      if (!appended) return appended;
      waiting_[region].clear();
    }
    return file_.intact();
  }

  WritableFile& file_;
  const ExaminedCamera& camera_;
  std::vector<Series> series_;
  std::vector<std::vector<Sample>> waiting_;
  std::optional<double> before_s_, first_s_;
  double last_s_ = 0;
};

Result<void> write_results(const ExportTarget& target, const ExaminedCamera& camera, const fs::path& part) {
  auto file = WritableFile::create(target.files, part);
  if (!file) return unexpected(std::move(file.error()));
  ResultsWriter writer(*file, camera);
  Result<void> done = writer.begin();
  if (done)
    done = for_each_row(
        camera, [&](const ExportEntry& entry) { return writer.add(entry); }, target.done);
  if (done) done = writer.finish();
  if (!done) file->abandon();
  auto closed = file->close();
  return done ? closed : done;
}

Result<void> sync_file(FileOperations& files, const fs::path& path) {
  const UniqueFd fd(files.open(path.c_str(), O_RDWR, 0));
  if (!fd) return unexpected(file_error(path, "open", errno));
  if (files.fsync(fd.get()) != 0) return unexpected(file_error(path, "sync", errno));
  return {};
}

}  // namespace

ExportedFiles export_napari_results(const ExportTarget& target, const ExaminedCamera& camera) {
  const fs::path path = target.folder / (file_stem(camera) + "_results.h5");
  if (auto free = check_free(path); !free) return unexpected(std::move(free.error()));
  const fs::path part = path.string() + ".part";
  Result<void> done = write_results(target, camera, part);
  if (done) done = sync_file(target.files, part);
  if (done) done = give_name(target.files, part, path);
  if (done) return std::vector{path};
  (void)target.files.unlink(part.c_str());
  return unexpected(std::move(done.error()));
}

}  // namespace tarsier
