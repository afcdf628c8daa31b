#include "store/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/named_thread.hpp"
#include "store/camera_codec.hpp"
#include "store/camera_recorder.hpp"
#include "store/recorder_context.hpp"

namespace tarsier {
namespace {

constexpr std::uint64_t preferred_chunk_bytes = 1024 * 1024;
// A recorder or codec that nobody wakes looks by itself: at the disk's space, and for commits that are due.
constexpr Nanoseconds longest_wait = std::chrono::milliseconds(250);
constexpr Nanoseconds shortest_wait = std::chrono::milliseconds(1);

class StoreRecorder final : public Recorder {
 public:
  StoreRecorder(RecordingPlace place, RunFacts run, std::vector<RecordedCamera> cameras, RecorderOptions options,
                std::vector<ChunkCodec> codecs, std::unique_ptr<Manifest> manifest, std::unique_ptr<IoWatch> watch)
      : place_(std::move(place)),
        run_(std::move(run)),
        cameras_(std::move(cameras)),
        options_(std::move(options)),
        watch_(std::move(watch)),
        chunk_codecs_(std::move(codecs)),
        manifest_(std::move(manifest)),
        disk_(*options_.files, folder(), options_.reserve, options_.ballast),
        sync_(*options_.files, *options_.clock, *manifest_, recorder_wakeup_) {}
  ~StoreRecorder() override;

  Result<void> begin(Arena& arena);
  void start() override;
  void stopping() override;
  Result<std::vector<CameraSummary>> finish(Nanoseconds hashing) override;
  void adopt(AdoptedSegment segment) override;
  std::uint64_t left_torn() const override { return manifest_->left_torn(); }
  StoreStatus status() const override;
  void set_live(const StoreConfig& store) override;
  void want_room(Bytes bytes) override { disk_.want_room(bytes); }
  void report_blocked() override { watch_->report(); }
  std::string fault() const override { return fault_.message(); }
  Result<void> mark_pulled(const std::filesystem::path& file, const std::string& sha256) override;

 private:
  std::filesystem::path folder() const;
  void add_camera(std::size_t index, Arena& arena);
  void encode(std::uint32_t lane);
  void record();
  Result<void> outcome() const;
  std::vector<CameraSummary> summaries() const;

  // Constant after begin().
  const RecordingPlace place_;
  const RunFacts run_;
  const std::vector<RecordedCamera> cameras_;
  const RecorderOptions options_;
  const std::unique_ptr<IoWatch> watch_;  // before the files of options_
  // Codec threads: each has one of the first, and all share the second, one a camera.
  std::vector<ChunkCodec> chunk_codecs_;
  std::vector<std::unique_ptr<CameraCodec>> codecs_;
  // Any thread.
  std::unique_ptr<Manifest> manifest_;
  Wakeup codec_wakeup_;
  Wakeup recorder_wakeup_;
  Fault fault_;
  DiskSpace disk_;
  std::optional<SegmentDeleter> deleter_;
  SyncWorker sync_;
  // Relaxed: a wish, nothing else travels with it.
  std::atomic<bool> stopping_{false};
  // Relaxed: a number that stands alone. 0: none.
  std::atomic<std::uint64_t> segment_limit_{options_.segment_limit.value_or(Bytes{}).count};
  std::vector<std::unique_ptr<ChunkBacklog>> backlogs_;
  // Recorder thread.
  StorageTrend trend_{watch_->writes, watch_->syncs, watch_->seals};
  const RecorderContext context_{place_, run_,      options_,       *manifest_,     sync_,  disk_,
                                 fault_, stopping_, segment_limit_, &watch_->seals, &trend_};
  std::vector<std::unique_ptr<CameraRecorder>> recorders_;
  std::vector<NamedThread> codec_threads_;
  NamedThread recorder_thread_;
  NamedThread sync_thread_;
};

StoreRecorder::~StoreRecorder() {
  disk_.end();
  for (const RecordedCamera& camera : cameras_) {
    for (const unsigned reader : {0U, 1U}) camera.channel->rows.cursors().listen(reader, nullptr);
    camera.channel->images.cursors().listen(0, nullptr);
  }
}

std::filesystem::path StoreRecorder::folder() const {
  if (place_.single_file.empty()) return place_.run_folder;
  const auto parent = place_.single_file.parent_path();
  return parent.empty() ? "." : parent;
}

Result<void> StoreRecorder::begin(Arena& arena) {
  disk_.begin();
  watch_->make_room = [this] { return disk_.relieve(); };
  if (options_.retention != Retention::keep_all && place_.single_file.empty()) {
    deleter_.emplace(*options_.files, *options_.clock, *manifest_, place_.run_folder, options_.retention);
  }
  sync_.use_disk(disk_, deleter_ ? &*deleter_ : nullptr);
  for (std::size_t i = 0; i < cameras_.size(); ++i) {
    add_camera(i, arena);
    if (auto begun = recorders_.back()->begin(); !begun) return begun;
  }
  for (const UnhashedSegment& segment : manifest_->unhashed()) {
    sync_.sealed({segment.camera, segment.segment, segment.file, {}});
  }
  return manifest_->write();
}

void StoreRecorder::add_camera(std::size_t index, Arena& arena) {
  const RecordedCamera& camera = cameras_[index];
  ChunkBacklog* backlog = nullptr;
  if (camera.facts.frames_kept) {
    const ChunkShape shape{camera.facts.pixel, camera.facts.size.pixels() * bytes_per_pixel(camera.facts.pixel),
                           camera.facts.frames_per_chunk};
    const auto lanes = static_cast<std::uint32_t>(chunk_codecs_.size());
    // Cameras that deliver together begin with different threads.
    const auto first = static_cast<std::uint32_t>(index) % lanes;
    backlogs_.push_back(
        std::make_unique<ChunkBacklog>(arena, options_.backlog_chunks[index], shape.bytes(), lanes, first));
    backlog = backlogs_.back().get();
    backlog->listen(&recorder_wakeup_, &codec_wakeup_);
    codecs_.push_back(
        std::make_unique<CameraCodec>(arena, *camera.channel, *backlog, chunk_codecs_, *options_.clock, shape));
    codecs_.back()->listen(&codec_wakeup_);
    camera.channel->rows.cursors().listen(row_codec_reader, &codec_wakeup_);
  }
  camera.channel->rows.cursors().listen(recorder_reader, &recorder_wakeup_);
  camera.channel->images.cursors().listen(0, &recorder_wakeup_);
  recorders_.push_back(std::make_unique<CameraRecorder>(context_, index, camera, backlog, arena));
}

void StoreRecorder::start() {
  sync_thread_ = NamedThread("sync", [this] { sync_.run(); });
  recorder_thread_ = NamedThread("recorder", [this] { record(); });
  if (codecs_.empty()) return;
  for (std::uint32_t lane = 0; lane < chunk_codecs_.size(); ++lane) {
    codec_threads_.emplace_back(fmt::format("codec-{}", lane), [this, lane] { encode(lane); });
  }
}

void StoreRecorder::encode(std::uint32_t lane) {
  const auto finished = [lane](const auto& codec) { return codec->finished(lane); };
  while (!std::all_of(codecs_.begin(), codecs_.end(), finished)) {
    const auto ticket = codec_wakeup_.ticket();
    bool moved = false;
    for (const auto& codec : codecs_) moved = codec->step(lane) || moved;
    if (!moved) codec_wakeup_.wait(ticket, std::chrono::seconds(1));
  }
}

void StoreRecorder::record() {
  const auto ended = [](const auto& recorder) { return recorder->ended(); };
  while (!std::all_of(recorders_.begin(), recorders_.end(), ended)) {
    const auto ticket = recorder_wakeup_.ticket();
    const Nanoseconds now = options_.clock->monotonic();
    disk_.look(now);
    bool moved = false;
    Nanoseconds deadline = now + longest_wait;
    for (const auto& recorder : recorders_) {
      moved = recorder->step() || moved;
      if (!recorder->ended()) deadline = std::min(deadline, recorder->next_deadline());
    }
    if (!moved) recorder_wakeup_.wait(ticket, std::max(deadline - now, shortest_wait));
  }
}

StoreStatus StoreRecorder::status() const {
  StoreStatus status = disk_.status();
  status.writes = watch_->writes.figures();
  status.syncs = watch_->syncs.figures();
  status.seals = watch_->seals.figures();
  status.blocked = watch_->blocked();
  return status;
}

Result<void> StoreRecorder::mark_pulled(const std::filesystem::path& file, const std::string& sha256) {
  auto marked = manifest_->mark_pulled(file, sha256, options_.clock->utc());
  if (marked) sync_.write_manifest();
  return marked;
}

void StoreRecorder::set_live(const StoreConfig& store) {
  segment_limit_.store(mebibytes(store.segment_mib).count, std::memory_order_relaxed);
  disk_.set_reserve(mebibytes(store.reserve_mib));
}

void StoreRecorder::stopping() {
  stopping_.store(true, std::memory_order_relaxed);
  recorder_wakeup_.notify();
}

Result<std::vector<CameraSummary>> StoreRecorder::finish(Nanoseconds hashing) {
  const Nanoseconds begin = options_.clock->monotonic();
  stopping();
  for (NamedThread& thread : codec_threads_) thread.join();
  recorder_thread_.join();
  sync_.finish(begin + hashing);
  sync_thread_.join();
  auto closed = sync_.close();
  disk_.end();
  if (!closed) return unexpected(std::move(closed.error()));
  if (auto result = outcome(); !result) return unexpected(std::move(result.error()));
  return summaries();
}

void StoreRecorder::adopt(AdoptedSegment adopted) {
  const auto entry = manifest_->adopt(adopted);
  if (!entry) return;
  if (adopted.lost_frames > 0 && entry->sealed_now) {
    // They were counted as stored when they were acknowledged.
    Ledger& ledger = cameras_[entry->camera].channel->ledger;
    ledger.failed.add(adopted.lost_frames);
    ledger.stored.add(~adopted.lost_frames + 1);
  }
  SealedSegment sealed{entry->camera, entry->segment, {}, {}, entry->torn};
  if (entry->sealed_now) sealed.file = entry->torn.final_name;
  sync_.sealed(std::move(sealed));
}

Result<void> StoreRecorder::outcome() const {
  if (fault_.is_set()) return failure(fault_.message());
  for (const auto& recorder : recorders_) {
    if (!recorder->unsealed().empty()) return failure(recorder->unsealed());
  }
  return {};
}

std::vector<CameraSummary> StoreRecorder::summaries() const {
  std::vector<CameraSummary> list;
  for (std::size_t i = 0; i < cameras_.size(); ++i) {
    std::vector<std::string> regions;
    for (const RegionMask& region : recorders_[i]->regions()) regions.push_back(region.name);
    list.push_back({cameras_[i].facts.camera, manifest_->segments(i), std::move(regions),
                    recorders_[i]->mean_activity(), recorders_[i]->noise()});
  }
  return list;
}

Result<void> check(const RecordingPlace& place, const std::vector<RecordedCamera>& cameras,
                   const RecorderOptions& options) {
  if (options.codec_threads == 0) return misuse("recorder: at least one codec thread is needed");
  if (options.backlog_chunks.size() != cameras.size()) return misuse("recorder: a backlog for each camera is needed");
  if (place.single_file.empty()) return make_directories(*options.files, place.run_folder);
  if (cameras.size() != 1) {
    return misuse(place.single_file.string() + ": one file takes one camera; name a folder instead");
  }
  return check_single_file(*options.files, segment_files(place, {}, {}, 1, Nanoseconds(0)));
}

}  // namespace

RecorderOptions RecorderOptions::of(const StoreConfig& store) {
  RecorderOptions options;
  options.codec = store.codec;
  options.deflate_level = store.deflate_level;
  options.codec_threads = store.codec_threads;
  options.sync_interval = std::chrono::milliseconds(store.sync_interval_ms);
  options.segment_limit = mebibytes(store.segment_mib);
  options.reserve = mebibytes(store.reserve_mib);
  return options;
}

std::uint64_t Recorder::frames_per_chunk(std::uint64_t frame_bytes, double frames_per_s, Nanoseconds sync_interval) {
  const double half_interval_s = std::chrono::duration<double>(sync_interval).count() / 2;
  const double in_time = std::floor(std::max(frames_per_s, 0.0) * half_interval_s);
  const std::uint64_t in_size = preferred_chunk_bytes / std::max<std::uint64_t>(frame_bytes, 1);
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::min(in_time, static_cast<double>(in_size))));
}

Bytes Recorder::cost(std::uint64_t frame_bytes, std::uint64_t frames_per_chunk, std::uint64_t backlog_chunks,
                     std::uint64_t rows, std::uint64_t regions, std::uint32_t codec_threads) {
  const ChunkShape shape{StoredPixel::gray8, frame_bytes, frames_per_chunk};
  const Bytes chunks = backlog_chunks == 0 ? Bytes{}
                                           : CameraCodec::cost(shape, codec_threads) +
                                                 ChunkBacklog::cost(backlog_chunks, shape.bytes(), codec_threads);
  return chunks + CameraRecorder::cost(rows, regions) + Manifest::cost();
}

Bytes Recorder::fixed_cost(Codec codec, std::uint32_t deflate_level, std::uint32_t codec_threads) {
  return ChunkCodec::cost(codec, deflate_level) * codec_threads + Bytes{FileHasher::block_bytes};
}

Result<std::unique_ptr<Recorder>> Recorder::create(RecordingPlace place, RunFacts run,
                                                   std::vector<RecordedCamera> cameras, RecorderOptions options,
                                                   Arena& arena) {
  if (auto fine = check(place, cameras, options); !fine) return unexpected(std::move(fine.error()));
  std::vector<ChunkCodec> codecs;
  for (std::uint32_t thread = 0; thread < options.codec_threads; ++thread) {
    auto codec = ChunkCodec::create(options.codec, options.deflate_level);
    if (!codec) return unexpected(std::move(codec.error()));
    codecs.push_back(std::move(*codec));
  }
  auto watch = std::make_unique<IoWatch>(*options.files, *options.clock);
  options.files = watch.get();
  auto manifest = Manifest::open(*options.files, arena, place.run_folder, run, cameras);
  if (!manifest) return unexpected(std::move(manifest.error()));
  auto recorder =
      std::make_unique<StoreRecorder>(std::move(place), std::move(run), std::move(cameras), std::move(options),
                                      std::move(codecs), std::move(*manifest), std::move(watch));
  if (auto begun = recorder->begin(arena); !begun) return unexpected(std::move(begun.error()));
  return recorder;
}

}  // namespace tarsier
