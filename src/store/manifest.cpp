#include "store/manifest.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <tuple>

#include "store/deletable.hpp"
#include "store/manifest_json.hpp"
#include "store/torn_segments.hpp"

namespace tarsier {
namespace {

constexpr const char* file_name = "run.json";

const Json* find_camera(const Json& manifest, const std::string& name) {
  if (!manifest.is_object()) return nullptr;
  for (const Json& camera : manifest.at("cameras")) {
    if (camera.at("name") == name) return &camera;
  }
  return nullptr;
}

std::filesystem::path place(const std::filesystem::path& folder) { return folder / file_name; }

// Names of devices may hold what isn't UTF-8.
std::string to_text(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace); }

template <typename Entries, typename Counts>
void write_list(const Entries& entries, std::string& text, const Counts& counts) {
  const char* before = "\n";
  for (const auto& entry : entries) {
    if (!counts(entry)) continue;
    text += before;
    text += json_text(entry);
    before = ",\n";
  }
}

Error not_a_manifest(const std::filesystem::path& folder, const char* what) {
  return {fmt::format("{}: is not a manifest of a run ({}); move the folder away and start a new run",
                      place(folder).string(), what)};
}

}  // namespace

Result<UniqueFd> lock_manifest(FileOperations& files, const std::filesystem::path& run_folder, bool wait) {
  UniqueFd folder(files.open(run_folder.c_str(), O_RDONLY | O_DIRECTORY, 0));
  if (!folder) return unexpected(file_error(run_folder, "open", errno));
  if (files.lock(folder.get(), wait ? LOCK_EX : LOCK_EX | LOCK_NB) == 0) return folder;
  return unexpected(file_error(run_folder, "lock", errno));
}

Result<Json> read_manifest(FileOperations& files, const std::filesystem::path& run_folder) {
  auto text = read_text(files, place(run_folder), mebibytes(256));
  if (!text) return unexpected(std::move(text.error()));
  Json document = Json::parse(*text, nullptr, false);
  if (!document.is_object() || !document.contains("cameras") || !document["cameras"].is_array()) {
    return unexpected(not_a_manifest(run_folder, "no object with cameras"));
  }
  return document;
}

Result<std::unique_ptr<Manifest>> Manifest::open(FileOperations& files, Arena& arena, std::filesystem::path folder,
                                                 const RunFacts& run, const std::vector<RecordedCamera>& cameras) {
  Json earlier;
  if (!folder.empty() && std::filesystem::exists(place(folder))) {
    auto document = read_manifest(files, folder);
    if (!document) return unexpected(std::move(document.error()));
    earlier = std::move(*document);
  }
  std::unique_ptr<Manifest> manifest(new Manifest(files, std::move(folder)));
  try {
    manifest->begin(run, cameras, arena, earlier);
  } catch (const Json::exception& error) {
    return unexpected(not_a_manifest(manifest->folder_, error.what()));
  }
  return manifest;
}

void Manifest::begin(const RunFacts& run, const std::vector<RecordedCamera>& cameras, Arena& arena,
                     const Json& earlier) {
  head_ = {{"run", run.run},          {"experiment", run.experiment},
           {"device", run.device},    {"started", iso_utc(Nanoseconds(run.started_utc_ns))},
           {"ended", nullptr},        {"rigs", earlier.is_object() ? earlier.at("rigs") : Json::array()},
           {"versions", run.versions}};
  begin_rigs(run, cameras);
  for (const RecordedCamera& camera : cameras) begin_camera(camera, arena, earlier);
  if (!earlier.is_object()) return;
  for (const Json& camera : earlier.at("cameras")) {
    const std::string name = camera.at("name").get<std::string>();
    const bool known = std::any_of(cameras_.begin(), cameras_.end(), [&](const Camera& c) { return c.name == name; });
    if (!known) cameras_.emplace_back().unknown = camera;
  }
}

void Manifest::begin_rigs(const RunFacts& run, const std::vector<RecordedCamera>& cameras) {
  add_rig(cameras.empty() ? 1 : cameras.front().facts.generation, run.rig);
}

void Manifest::add_rig(std::uint32_t generation, const Json& document) {
  const std::lock_guard lock(mutex_);
  auto& rigs = head_["rigs"].get_ref<Json::array_t&>();
  Json rig = {{"generation", generation}, {"document", document}};
  if (std::find(rigs.begin(), rigs.end(), rig) != rigs.end()) return;
  rigs.push_back(std::move(rig));
  if (rigs.size() > manifest_rigs) rigs.erase(rigs.begin() + 1);
}

void Manifest::begin_camera(const RecordedCamera& recorded, Arena& arena, const Json& earlier) {
  Camera camera;
  camera.name = recorded.facts.camera;
  camera.ledger = &recorded.channel->ledger;
  camera.gaps = FixedList<Gap>(arena, manifest_gaps);
  if (const Json* before = find_camera(earlier, camera.name); before != nullptr) {
    for (const Json& segment : before->at("segments")) camera.segments.push_back(segment_from_json(segment));
    camera.gaps_merged = before->value("gaps_merged", std::uint64_t{0});
    for (const Json& gap : before->at("gaps")) add_gap(camera, gap_from_json(gap));
    camera.next_frame_id = before->at("next_frame_id").get<std::uint64_t>();
    camera.last_utc_ns = before->at("last_utc_ns").get<std::int64_t>();
  }
  if (!folder_.empty()) list_torn(camera);
  cameras_.push_back(std::move(camera));
}

// Segments that an earlier start made and had no time to enter; later no place between the others can be given away.
void Manifest::list_torn(Camera& camera) const {
  for (const SegmentFiles& torn : find_torn_segments(files_, folder_ / camera.name).torn) {
    const auto sealed = std::filesystem::path(camera.name) / torn.final_name.filename();
    const auto listed = std::any_of(camera.segments.begin(), camera.segments.end(), [&](const SegmentSummary& segment) {
      return segment.file == sealed || segment.file == sealed.string() + ".part";
    });
    if (!listed) camera.segments.emplace_back().file = sealed.string() + ".part";
  }
  std::stable_sort(camera.segments.begin(), camera.segments.end(), [](const auto& a, const auto& b) {
    return segment_number(a.file.filename()) < segment_number(b.file.filename());
  });
}

std::optional<AdoptedEntry> Manifest::adopt(const AdoptedSegment& adopted) {
  const std::lock_guard lock(mutex_);
  for (std::size_t c = 0; c < cameras_.size(); ++c) {
    Camera& camera = cameras_[c];
    if (camera.name != adopted.camera || camera.ledger == nullptr) continue;
    const auto sealed = std::filesystem::path(camera.name) / adopted.summary.file;
    for (std::size_t s = 0; s < camera.segments.size(); ++s) {
      SegmentSummary& segment = camera.segments[s];
      if (segment.file != sealed && segment.file != sealed.string() + ".part") continue;
      const bool anew = !segment.sealed;
      // Without a name it is not written any more; its place stays, for others are counted from it.
      if (anew) segment = adopted.summary;
      if (anew) segment.file = adopted.summary.sealed ? sealed : std::filesystem::path();
      add_new_gaps(camera, adopted.gaps);
      SegmentFiles torn{folder_ / sealed, folder_ / (sealed.string() + ".part"), adopted.journal, sealed};
      return AdoptedEntry{c, s, std::move(torn), anew && adopted.summary.sealed};
    }
  }
  return std::nullopt;
}

// A gap that was acknowledged before the manifest was written last is there already.
void Manifest::add_new_gaps(Camera& camera, std::span<const Gap> gaps) {
  std::set<std::tuple<std::uint64_t, std::uint64_t, GapCause, std::int64_t>> known;
  const auto key = [](const Gap& gap) { return std::tuple(gap.first_id, gap.last_id, gap.cause, gap.start_utc_ns); };
  for (const Gap& gap : camera.gaps.values()) known.insert(key(gap));
  for (const Gap& gap : gaps) {
    if (known.insert(key(gap)).second) add_gap(camera, gap);
  }
}

std::size_t Manifest::begin_segment(std::size_t camera, const std::filesystem::path& file) {
  const std::lock_guard lock(mutex_);
  cameras_[camera].segments.emplace_back().file = file;
  return cameras_[camera].segments.size() - 1;
}

void Manifest::update_segment(std::size_t camera, std::size_t segment, SegmentSummary summary) {
  const std::lock_guard lock(mutex_);
  if (!summary.sealed) ++left_torn_;
  cameras_[camera].segments[segment] = std::move(summary);
}

void Manifest::forget_segment(std::size_t camera, std::size_t segment) {
  const std::lock_guard lock(mutex_);
  cameras_[camera].segments.resize(segment);
}

void Manifest::set_hash(std::size_t camera, std::size_t segment, std::string sha256) {
  const std::lock_guard lock(mutex_);
  cameras_[camera].segments[segment].sha256 = std::move(sha256);
}

void Manifest::add_gaps(std::size_t camera, std::span<const Gap> gaps) {
  if (gaps.empty()) return;
  const std::lock_guard lock(mutex_);
  for (const Gap& gap : gaps) add_gap(cameras_[camera], gap);
}

void Manifest::add_gap(Camera& camera, const Gap& gap) {
  if (camera.gaps.push(gap)) return;
  const auto gaps = camera.gaps.values();
  const auto same = std::find_if(gaps.rbegin(), gaps.rend(), [&](const Gap& g) { return g.cause == gap.cause; });
  Gap& last = same == gaps.rend() ? gaps.back() : *same;
  last.last_id = gap.last_id;
  last.end_utc_ns = gap.end_utc_ns;
  last.estimated = true;
  ++camera.gaps_merged;
}

void Manifest::set_position(std::size_t camera, std::uint64_t next_frame_id, std::int64_t last_utc_ns) {
  const std::lock_guard lock(mutex_);
  cameras_[camera].next_frame_id = std::max(cameras_[camera].next_frame_id, next_frame_id);
  if (last_utc_ns != 0) cameras_[camera].last_utc_ns = last_utc_ns;
}

void Manifest::end(Nanoseconds utc) {
  const std::lock_guard lock(mutex_);
  head_["ended"] = iso_utc(utc);
}

std::vector<SegmentSummary> Manifest::segments(std::size_t camera) const {
  const std::lock_guard lock(mutex_);
  std::vector<SegmentSummary> listed;
  for (const SegmentSummary& segment : cameras_[camera].segments) {
    if (!segment.file.empty()) listed.push_back(segment);
  }
  return listed;
}

Result<void> Manifest::mark_pulled(const std::filesystem::path& file, const std::string& sha256, Nanoseconds utc) {
  const std::lock_guard lock(mutex_);
  for (Camera& camera : cameras_) {
    for (SegmentSummary& segment : camera.segments) {
      if (segment.file != file) continue;
      if (auto fine = check_pulled(segment, sha256); !fine) return fine;
      segment.pulled = iso_utc(utc);
      return {};
    }
  }
  return misuse(fmt::format("{}: run.json lists no such segment", file.generic_string()));
}

std::optional<DeletableSegment> Manifest::oldest_deletable(Retention policy) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::span<const SegmentSummary>> lists;
  for (const Camera& camera : cameras_) lists.emplace_back(camera.segments);
  return find_deletable(lists, policy, true);
}

void Manifest::mark_deleted(const DeletableSegment& segment, std::string utc) {
  const std::lock_guard lock(mutex_);
  cameras_[segment.camera].segments[segment.segment].deleted = std::move(utc);
}

std::vector<UnhashedSegment> Manifest::unhashed() const {
  const std::lock_guard lock(mutex_);
  std::vector<UnhashedSegment> list;
  for (std::size_t c = 0; c < cameras_.size(); ++c) {
    for (std::size_t s = 0; s < cameras_[c].segments.size(); ++s) {
      const SegmentSummary& segment = cameras_[c].segments[s];
      if (segment.sealed && segment.sha256.empty() && segment.deleted.empty())
        list.push_back({c, s, folder_ / segment.file});
    }
  }
  return list;
}

std::uint64_t Manifest::left_torn() const {
  const std::lock_guard lock(mutex_);
  return left_torn_;
}

std::vector<std::filesystem::path> Manifest::deleted_files() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::filesystem::path> list;
  for (const Camera& camera : cameras_) {
    for (const SegmentSummary& segment : camera.segments) {
      if (!segment.deleted.empty()) list.push_back(segment.file);
    }
  }
  return list;
}

// Entry by entry: a document of thousands would take many times the text's time and memory.
void Manifest::write_camera(const Camera& camera, std::string& text) {
  if (camera.ledger == nullptr) {
    text += to_text(camera.unknown);
    return;
  }
  const LedgerCounts counts = camera.ledger->snapshot();
  const Json name = camera.name;
  text += "{\"name\": " + to_text(name) + ", \"segments\": [";
  write_list(camera.segments, text, [](const SegmentSummary& segment) { return !segment.file.empty(); });
  std::string rest = to_text({{"ledger", to_json(counts)},
                              {"samples", to_json(counts.samples)},
                              {"next_frame_id", camera.next_frame_id},
                              {"last_utc_ns", camera.last_utc_ns},
                              {"gaps_merged", camera.gaps_merged}});
  rest.front() = ',';
  rest.back() = ',';
  text += "]" + rest + " \"gaps\": [";
  write_list(camera.gaps.values(), text, [](const Gap&) { return true; });
  text += "]}";
}

std::string Manifest::text() const {
  const std::lock_guard lock(mutex_);
  std::string text = to_text(head_);
  text.pop_back();
  text += ", \"cameras\": [";
  const char* before = "\n";
  for (const Camera& camera : cameras_) {
    text += before;
    write_camera(camera, text);
    before = ",\n";
  }
  return text += "]}\n";
}

Result<void> Manifest::write() {
  if (folder_.empty()) return {};
  return replace_text(files_, place(folder_), text());
}

}  // namespace tarsier
