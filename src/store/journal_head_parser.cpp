#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/hash.hpp"
#include "store/journal_header.hpp"
#include "store/journal_record.hpp"
#include "store/packed.hpp"

namespace tarsier {
namespace {

// Far beyond any rig, and small enough for the parser.
constexpr std::size_t deepest_json = 64;
constexpr std::size_t most_values = 1'000'000;
constexpr std::uint64_t most_pixels = std::uint64_t{1} << 28;
constexpr std::uint64_t largest_chunk = std::uint64_t{1} << 31;
constexpr std::uint64_t most_regions = 100'000;

// What a head says that cannot be; becomes an Error with the file's name.
struct Nonsense {
  std::string what;
};

void insist(bool fine, const char* what) {
  if (!fine) throw Nonsense{what};
}

// Nesting and number of values, before the parser makes them into something much larger.
bool is_modest(std::string_view text) {
  std::size_t depth = 0;
  std::size_t values = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && quoted) {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '{' || c == '[')) {
      if (++depth > deepest_json) return false;
    } else if (!quoted && (c == '}' || c == ']')) {
      depth -= depth > 0 ? 1 : 0;
    } else if (!quoted && c == ',' && ++values > most_values) {
      return false;
    }
  }
  return true;
}

template <typename Number>
Number count_at(const Json& json, const char* key) {
  const Json& value = json.at(key);
  insist(value.is_number_unsigned() || (value.is_number_integer() && value.get<std::int64_t>() >= 0), key);
  const auto number = value.get<std::uint64_t>();
  insist(number <= std::numeric_limits<Number>::max(), key);
  return static_cast<Number>(number);
}

std::int64_t integer_at(const Json& json, const char* key) {
  insist(json.at(key).is_number_integer(), key);
  return json.at(key).get<std::int64_t>();
}

std::string text_at(const Json& json, const char* key) { return json.at(key).get<std::string>(); }

RunFacts run_from(const Json& json) {
  RunFacts run;
  run.run = text_at(json, "run");
  run.experiment = text_at(json, "experiment");
  run.device = text_at(json, "device");
  run.started_utc_ns = integer_at(json, "started_utc_ns");
  run.boot_id = text_at(json, "boot_id");
  run.started_monotonic_ns = integer_at(json, "started_monotonic_ns");
  run.versions = json.at("versions");
  run.rig = json.at("rig");
  return run;
}

LumaRange luma_range_from(const std::string& text) {
  for (const LumaRange range : {LumaRange::full, LumaRange::limited, LumaRange::unknown}) {
    if (to_text(range) == text) return range;
  }
  throw Nonsense{"luma_range"};
}

std::vector<ImageKind> images_from(const Json& json) {
  std::vector<ImageKind> images;
  for (const Json& name : json) {
    std::size_t kind = 0;
    while (kind < image_kinds && to_text(static_cast<ImageKind>(kind)) != name.get<std::string>()) ++kind;
    insist(kind < image_kinds, "images");
    images.push_back(static_cast<ImageKind>(kind));
    insist(std::count(images.begin(), images.end(), images.back()) == 1, "images");
  }
  return images;
}

// In order, apart and inside the image.
void check_spans(const std::vector<Span>& spans, ImageSize size) {
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const Span& span = spans[i];
    insist(span.y_px < size.height_px && span.first_x_px < span.end_x_px && span.end_x_px <= size.width_px, "spans");
    if (i == 0) continue;
    const Span& before = spans[i - 1];
    insist(before.y_px < span.y_px || (before.y_px == span.y_px && before.end_x_px <= span.first_x_px), "spans");
  }
}

std::vector<RegionMask> regions_from(const Json& json, PackedReader& spans, std::uint64_t spans_left, ImageSize size) {
  insist(json.is_array() && json.size() <= most_regions, "regions");
  std::vector<RegionMask> regions;
  for (const Json& entry : json) {
    RegionMask region;
    region.name = text_at(entry, "name");
    for (const auto& [key, value] : entry.at("labels").items())
      region.labels.emplace_back(key, value.get<std::string>());
    region.pixels = count_at<std::uint64_t>(entry, "pixels");
    const auto count = count_at<std::uint64_t>(entry, "spans");
    insist(count <= spans_left, "spans");
    spans_left -= count;
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto y_px = spans.get<std::uint32_t>();
      const auto first_x_px = spans.get<std::uint32_t>();
      region.spans.push_back({y_px, first_x_px, spans.get<std::uint32_t>()});
    }
    check_spans(region.spans, size);
    insist(count_pixels(region.spans) == region.pixels, "pixels");
    regions.push_back(std::move(region));
  }
  insist(spans_left == 0, "spans");
  return regions;
}

void read_frames(const Json& json, CameraRecording& camera) {
  camera.frames_kept = json.at("kept").get<bool>();
  camera.size = {count_at<std::uint32_t>(json, "width_px"), count_at<std::uint32_t>(json, "height_px")};
  const auto pixel = stored_pixel_from(text_at(json, "pixel"));
  insist(pixel.has_value(), "pixel");
  camera.pixel = *pixel;
  camera.frames_per_chunk = count_at<std::uint64_t>(json, "frames_per_chunk");
  const std::uint64_t pixels = std::uint64_t{camera.size.width_px} * camera.size.height_px;
  insist(pixels > 0 && pixels <= most_pixels, "width_px, height_px");
  insist(camera.frames_per_chunk > 0 &&
             camera.frames_per_chunk <= largest_chunk / (pixels * bytes_per_pixel(camera.pixel)),
         "frames_per_chunk");
}

void read_camera(const Json& json, CameraRecording& camera) {
  camera.camera = text_at(json, "name");
  if (!json.at("sample_interval_s").is_null()) camera.sample_interval_s = json.at("sample_interval_s").get<double>();
  camera.nominal_interval_s = json.at("nominal_interval_s").get<double>();
  const std::string on_missing = text_at(json, "on_missing");
  insist(on_missing == "repeat_last" || on_missing == "mark", "on_missing");
  camera.on_missing = on_missing == "mark" ? OnMissing::mark : OnMissing::repeat_last;
  camera.changed_threshold = count_at<std::uint32_t>(json, "changed_threshold");
  camera.luma_range = luma_range_from(text_at(json, "luma_range"));
  camera.source_format = text_at(json, "source_format");
  camera.pipeline_line = text_at(json, "pipeline_line");
  camera.camera_model = text_at(json, "camera_model");
  camera.camera_serial = text_at(json, "camera_serial");
  camera.generation = count_at<std::uint32_t>(json, "generation");
  camera.live = json.at("live").get<bool>();
  camera.images = images_from(json.at("images"));
}

void read_segment(const Json& document, SegmentIdentity& segment) {
  segment.file = text_at(document, "file");
  segment.number = count_at<std::uint32_t>(document, "number");
  segment.started_utc_ns = integer_at(document, "started_utc_ns");
  segment.next_frame_id = count_at<std::uint64_t>(document, "next_frame_id");
  const auto ledger = ledger_from_json(document.at("ledger"), document.at("samples"));
  insist(ledger.has_value(), "ledger");
  segment.ledger = *ledger;
  if (!read_journal_filters(document.at("frames").at("filters"), segment)) throw Nonsense{"filters"};
}

JournalHead read_head(const Json& document, PackedReader& spans, std::uint64_t span_count) {
  JournalHead head;
  head.run = run_from(document.at("run"));
  read_segment(document, head.segment);
  read_frames(document.at("frames"), head.camera);
  read_camera(document.at("camera"), head.camera);
  head.camera.regions = regions_from(document.at("camera").at("regions"), spans, span_count, head.camera.size);
  return head;
}

}  // namespace

tl::unexpected<Error> not_a_journal(const std::filesystem::path& path, const std::string& what) {
  return failure(
      fmt::format("{}: is no journal of Tarsier, or its head is damaged ({}); fetch it anew, or move it away with its "
                  ".part",
                  path.string(), what));
}

Result<JournalHead> parse_journal_header(std::span<const std::byte> head, const std::filesystem::path& path) {
  if (head.size() < head_fixed_bytes + checksum_bytes) return not_a_journal(path, "too short");
  const auto content = head.first(head.size() - checksum_bytes);
  if (PackedReader(head.last(checksum_bytes)).get<std::uint64_t>() != xxh3_64(content)) {
    return not_a_journal(path, "its checksum is wrong");
  }
  PackedReader in(content);
  in.skip(16);
  const auto segment_id = in.get<std::uint64_t>();
  const std::uint64_t text_bytes = in.get<std::uint32_t>();
  const std::uint64_t span_count = in.get<std::uint32_t>();
  if (in.rest().size() != text_bytes + span_count * 12) return not_a_journal(path, "its sizes do not add up");
  const std::string_view text(reinterpret_cast<const char*>(in.rest().data()), text_bytes);
  if (!is_modest(text)) return not_a_journal(path, "its text is too deep or too long");
  in.skip(text_bytes);
  try {
    const Json document = Json::parse(text);
    JournalHead parsed = read_head(document, in, span_count);
    parsed.segment.id = segment_id;
    return parsed;
  } catch (const Json::exception& error) {
    return not_a_journal(path, error.what());
  } catch (const Nonsense& nonsense) {
    return not_a_journal(path, fmt::format("{} makes no sense", nonsense.what));
  }
}

}  // namespace tarsier
