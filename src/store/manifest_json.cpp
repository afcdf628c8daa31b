#include "store/manifest_json.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

namespace tarsier {
namespace {

// In the order of GapCause.
constexpr std::array<std::string_view, 9> causes = {"driver",    "restart", "crash",    "ring_full", "disk_full",
                                                    "corrupted", "failed",  "shutdown", "no_sample"};

GapCause cause_from(std::string_view text) {
  for (std::size_t i = 0; i < causes.size(); ++i) {
    if (causes[i] == text) return static_cast<GapCause>(i);
  }
  return GapCause::failed;
}

// Null, or missing in a manifest of an earlier version: empty.
std::string text_or_nothing(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Names of devices may hold what isn't UTF-8.
std::string quoted(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string quoted_or_null(const std::string& text) { return text.empty() ? "null" : quoted(text); }

}  // namespace

std::string json_text(const SegmentSummary& segment) {
  const auto id = [&](std::uint64_t value) { return segment.rows > 0 ? std::to_string(value) : "null"; };
  return fmt::format(
      R"({{"file": {}, "first_id": {}, "last_id": {}, "frames": {}, "rows": {}, "bytes": {}, "sha256": {}, )"
      R"("sealed": {}, "pulled": {}, "deleted": {}}})",
      quoted(segment.file.generic_string()), id(segment.first_id), id(segment.last_id), segment.frames, segment.rows,
      segment.bytes, quoted_or_null(segment.sha256), segment.sealed, quoted_or_null(segment.pulled),
      quoted_or_null(segment.deleted));
}

Json to_json(const SegmentSummary& segment) { return Json::parse(json_text(segment)); }

SegmentSummary segment_from_json(const Json& json) {
  SegmentSummary segment;
  segment.file = json.at("file").get<std::string>();
  if (!json.at("first_id").is_null()) segment.first_id = json.at("first_id").get<std::uint64_t>();
  if (!json.at("last_id").is_null()) segment.last_id = json.at("last_id").get<std::uint64_t>();
  segment.frames = json.at("frames").get<std::uint64_t>();
  segment.rows = json.at("rows").get<std::uint64_t>();
  segment.bytes = json.at("bytes").get<std::uint64_t>();
  if (!json.at("sha256").is_null()) segment.sha256 = json.at("sha256").get<std::string>();
  segment.sealed = json.at("sealed").get<bool>();
  segment.pulled = text_or_nothing(json, "pulled");
  segment.deleted = text_or_nothing(json, "deleted");
  return segment;
}

std::string json_text(const Gap& gap) {
  return fmt::format(R"({{"cause": "{}", "first_id": {}, "last_id": {}, "estimated": {}, "start": "{}", "end": "{}", )"
                     R"("start_utc_ns": {}, "end_utc_ns": {}}})",
                     causes.at(static_cast<std::size_t>(gap.cause)), gap.first_id, gap.last_id, gap.estimated,
                     iso_utc(Nanoseconds(gap.start_utc_ns)), iso_utc(Nanoseconds(gap.end_utc_ns)), gap.start_utc_ns,
                     gap.end_utc_ns);
}

Json to_json(const Gap& gap) { return Json::parse(json_text(gap)); }

Gap gap_from_json(const Json& json) {
  return {json.at("first_id").get<std::uint64_t>(),        json.at("last_id").get<std::uint64_t>(),
          cause_from(json.at("cause").get<std::string>()), json.at("estimated").get<bool>(),
          json.at("start_utc_ns").get<std::int64_t>(),     json.at("end_utc_ns").get<std::int64_t>()};
}

}  // namespace tarsier
