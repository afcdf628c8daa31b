#include "store/journal_header.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "store/codec.hpp"
#include "store/journal_record.hpp"
#include "store/packed.hpp"

namespace tarsier {
namespace {

constexpr std::uint64_t span_bytes = 12;

Json run_json(const RunFacts& run) {
  return {{"run", run.run},           {"experiment", run.experiment},
          {"device", run.device},     {"started_utc_ns", run.started_utc_ns},
          {"boot_id", run.boot_id},   {"started_monotonic_ns", run.started_monotonic_ns},
          {"versions", run.versions}, {"rig", run.rig}};
}

Json regions_json(const std::vector<RegionMask>& regions) {
  Json list = Json::array();
  for (const RegionMask& region : regions) {
    Json labels = Json::object();
    for (const auto& [key, value] : region.labels) labels[key] = value;
    list.push_back(
        {{"name", region.name}, {"labels", labels}, {"pixels", region.pixels}, {"spans", region.spans.size()}});
  }
  return list;
}

Json filters_json(const CameraRecording& camera, const SegmentIdentity& segment) {
  Json filters = Json::array();
  for (const SeriesFilter& filter : frame_filters(camera.pixel, segment.codec, segment.deflate_level)) {
    filters.push_back({{"name", filter.name}, {"id", filter.id}, {"values", filter.values}});
  }
  return filters;
}

Json images_json(const std::vector<ImageKind>& images) {
  Json list = Json::array();
  for (const ImageKind kind : images) list.push_back(to_text(kind));
  return list;
}

Json camera_json(const CameraRecording& camera) {
  return {{"name", camera.camera},
          {"sample_interval_s", camera.sample_interval_s ? Json(*camera.sample_interval_s) : Json(nullptr)},
          {"nominal_interval_s", camera.nominal_interval_s},
          {"on_missing", camera.on_missing == OnMissing::repeat_last ? "repeat_last" : "mark"},
          {"changed_threshold", camera.changed_threshold},
          {"luma_range", to_text(camera.luma_range)},
          {"source_format", camera.source_format},
          {"pipeline_line", camera.pipeline_line},
          {"camera_model", camera.camera_model},
          {"camera_serial", camera.camera_serial},
          {"generation", camera.generation},
          {"live", camera.live},
          {"images", images_json(camera.images)},
          {"regions", regions_json(camera.regions)}};
}

Json frames_json(const CameraRecording& camera, const SegmentIdentity& segment) {
  return {{"kept", camera.frames_kept},
          {"width_px", camera.size.width_px},
          {"height_px", camera.size.height_px},
          {"pixel", to_text(camera.pixel)},
          {"frames_per_chunk", camera.frames_per_chunk},
          {"filters", filters_json(camera, segment)}};
}

std::string header_text(const RunFacts& run, const CameraRecording& camera, const SegmentIdentity& segment) {
  const Json document = {{"file", segment.file},
                         {"number", segment.number},
                         {"started_utc_ns", segment.started_utc_ns},
                         {"ledger", to_json(segment.ledger)},
                         {"samples", to_json(segment.ledger.samples)},
                         {"next_frame_id", segment.next_frame_id},
                         {"frames", frames_json(camera, segment)},
                         {"camera", camera_json(camera)},
                         {"run", run_json(run)}};
  // A name from a driver may hold what isn't UTF-8.
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::uint64_t count_spans(const CameraRecording& camera) {
  std::uint64_t count = 0;
  for (const RegionMask& region : camera.regions) count += region.spans.size();
  return count;
}

void put_spans(PackedWriter& out, const CameraRecording& camera) {
  for (const RegionMask& region : camera.regions) {
    for (const Span& span : region.spans) {
      out.put(span.y_px);
      out.put(span.first_x_px);
      out.put(span.end_x_px);
    }
  }
}

}  // namespace

// The reverse of filters_json().
bool read_journal_filters(const Json& filters, SegmentIdentity& segment) {
  if (!filters.is_array()) return false;
  segment.codec = Codec::none;
  segment.deflate_level = 1;
  for (const Json& filter : filters) {
    const std::string name = filter.at("name").get<std::string>();
    const Json& values = filter.at("values");
    if (name == "shuffle") continue;
    if (name == to_text(Codec::bitshuffle_lz4)) {
      segment.codec = Codec::bitshuffle_lz4;
      continue;
    }
    if (name != "deflate" || values.size() != 1 || !values[0].is_number_unsigned() || values[0] > 12) return false;
    segment.codec = Codec::deflate;
    segment.deflate_level = values[0].get<std::uint32_t>();
  }
  return true;
}

std::vector<std::byte> journal_header(const RunFacts& run, const CameraRecording& camera,
                                      const SegmentIdentity& segment) {
  const std::string text = header_text(run, camera, segment);
  const std::uint64_t spans = count_spans(camera);
  const std::uint64_t bytes = head_fixed_bytes + text.size() + span_bytes * spans + checksum_bytes;
  std::vector<std::byte> header(round_up(bytes, journal_block_bytes));
  PackedWriter out(header);
  out.put_bytes(std::as_bytes(std::span("TARSJRNL", 8)));
  out.put(journal_version);
  out.put(static_cast<std::uint32_t>(bytes));
  out.put(segment.id);
  out.put(static_cast<std::uint32_t>(text.size()));
  out.put(static_cast<std::uint32_t>(spans));
  out.put_bytes(std::as_bytes(std::span(text)));
  put_spans(out, camera);
  out.put(xxh3_64(out.written()));
  return header;
}

}  // namespace tarsier
