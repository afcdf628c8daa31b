#include "store/merge_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hdf5/attribute.hpp"
#include "hdf5/file.hpp"
#include "hdf5/objects.hpp"
#include "store/segment_layout.hpp"

namespace tarsier {
namespace {

// Reads attributes of one object after the other; after the first failure nothing more.
class AttributeReader {
 public:
  explicit AttributeReader(const FileHandle& file) : file_(file) {}

  AttributeReader& at(const char* path) {
    path_ = path;
    return *this;
  }
  template <typename Value>
  AttributeReader& get(const char* name, Value& value) {
    if (!result_) return *this;
    auto read = [&] {
      if constexpr (std::is_same_v<Value, std::string>) return read_text_attribute(file_, path_, name);
      if constexpr (std::is_same_v<Value, double>) return read_double_attribute(file_, path_, name);
      if constexpr (std::is_same_v<Value, std::uint64_t>) return read_unsigned_attribute(file_, path_, name);
      if constexpr (std::is_same_v<Value, std::int64_t>) return read_integer_attribute(file_, path_, name);
    }();
    if (read) value = std::move(*read);
    if (!read) result_ = unexpected(std::move(read.error()));
    return *this;
  }
  AttributeReader& get(const char* name, bool& value) {
    std::int64_t number = 0;
    get(name, number);
    value = number != 0;
    return *this;
  }
  AttributeReader& get(const char* name, Json& value) {
    std::string text;
    get(name, text);
    value = Json::parse(text, nullptr, false);
    if (result_ && value.is_discarded()) result_ = failure(fmt::format("attribute {} of {}: is no JSON", name, path_));
    return *this;
  }
  [[nodiscard]] Result<void> result() const { return result_; }

 private:
  const FileHandle& file_;
  std::string path_ = "/";
  Result<void> result_;
};

std::optional<Codec> codec_from(const std::string& text) {
  for (const Codec codec : {Codec::none, Codec::deflate, Codec::bitshuffle_lz4}) {
    if (text == to_text(codec)) return codec;
  }
  return std::nullopt;
}

}  // namespace

Result<MergeSource> MergeSource::open(const std::filesystem::path& path) {
  MergeSource source;
  auto file = open_for_reading(path);
  if (!file) return unexpected(std::move(file.error()));
  source.file_ = std::move(*file);
  source.facts_.name = path.filename().string();
  if (auto read = source.read_facts(); !read) return unexpected(std::move(read.error()).within(path.string()));
  return source;
}

Result<void> MergeSource::read_facts() {
  if (!has_object(file_, "/tarsier") || !has_attribute(file_, "/tarsier", "format")) {
    return failure("is HDF5, but Tarsier did not write it");
  }
  std::int64_t format = 0, level = 0;
  std::string pixel, codec;
  bool finalized = false;
  SourceFacts& facts = facts_;
  AttributeReader reader(file_);
  reader.get("finalized", finalized).get("experiment_name", facts.experiment).get("frame_interval", facts.interval_s);
  reader.at("/tarsier").get("format", format).get("camera", facts.camera).get("run", facts.run);
  reader.get("boot_id", facts.boot_id).get("segment", facts.segment).get("generation", facts.generation);
  reader.get("rig", facts.rig).get("regions", facts.regions).get("ledger", facts.ledger);
  reader.get("started_utc_ns", facts.started_utc_ns).get("started_monotonic_ns", facts.started_monotonic_ns);
  reader.get("ended_utc_ns", facts.ended_utc_ns).get("next_frame_id", facts.next_frame_id);
  reader.get("frames_kept", facts.frames_kept).get("live", facts.live).get("pixel", pixel).get("codec", codec);
  reader.get("width_px", facts.width_px).get("height_px", facts.height_px).get("largest_value", facts.largest_value);
  reader.get("deflate_level", level).get("changed_threshold", facts.changed_threshold);
  reader.get("sample_interval_s", facts.sample_interval_s);
  if (!reader.result()) return reader.result();
  if (format != segment_format) {
    return failure(fmt::format("has format {}, this version knows {}; use a newer one", format, segment_format));
  }
  if (!finalized) return failure("is not sealed: its recording goes on, or was interrupted");
  const auto known = codec_from(codec);
  if (!known) return failure(fmt::format("its frames are coded by {}, which this version does not know", codec));
  facts.codec = *known;
  facts.pixel = pixel == "gray16" ? StoredPixel::gray16 : StoredPixel::gray8;
  facts.deflate_level = static_cast<std::uint32_t>(std::clamp<std::int64_t>(level, 1, 12));
  return {};
}

Result<std::vector<ChunkRecord>> MergeSource::chunks_of(std::uint8_t dataset) const {
  const auto list = Series::open(file_, "/tarsier/chunks", chunk_record_type());
  if (!list) return unexpected(list.error());
  std::vector<ChunkRecord> chunks;
  std::vector<ChunkRecord> block;
  for (std::uint64_t first = 0; first < list->length(); first += block.size()) {
    block.resize(std::min(block_entries, list->length() - first));
    if (auto read = list->read(first, block.size(), block.data()); !read) return unexpected(std::move(read.error()));
    std::copy_if(block.begin(), block.end(), std::back_inserter(chunks),
                 [&](const ChunkRecord& chunk) { return chunk.dataset == dataset; });
  }
  return chunks;
}

std::optional<std::string> MergeSource::differs_from(const MergeSource& first) const {
  const SourceFacts& a = facts_;
  const SourceFacts& b = first.facts_;
  if (a.run != b.run) return fmt::format("is of the run {}, not {}", a.run, b.run);
  if (a.camera != b.camera) return fmt::format("is of the camera {}, not {}", a.camera, b.camera);
  if (a.width_px != b.width_px || a.height_px != b.height_px || a.pixel != b.pixel) {
    return fmt::format("has frames of {}x{} {}, not {}x{} {}", a.width_px, a.height_px,
                       a.pixel == StoredPixel::gray8 ? "gray8" : "gray16", b.width_px, b.height_px,
                       b.pixel == StoredPixel::gray8 ? "gray8" : "gray16");
  }
  if (a.frames_kept != b.frames_kept) return a.frames_kept ? "holds frames" : "holds no frames";
  if (a.regions != b.regions) return "has other regions";
  if (a.changed_threshold != b.changed_threshold) {
    return fmt::format("counts what changed by more than {}, not {} levels", a.changed_threshold, b.changed_threshold);
  }
  const bool either_sampled = !std::isnan(a.sample_interval_s) || !std::isnan(b.sample_interval_s);
  if (either_sampled && a.sample_interval_s != b.sample_interval_s) return "has another sampling interval";
  return std::nullopt;
}

}  // namespace tarsier
