#include "store/manifest_json.hpp"

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

}  // namespace

Json to_json(const SegmentSummary& segment) {
  const bool any = segment.rows > 0;
  return {{"file", segment.file.generic_string()},
          {"first_id", any ? Json(segment.first_id) : Json(nullptr)},
          {"last_id", any ? Json(segment.last_id) : Json(nullptr)},
          {"frames", segment.frames},
          {"rows", segment.rows},
          {"bytes", segment.bytes},
          {"sha256", segment.sha256.empty() ? Json(nullptr) : Json(segment.sha256)},
          {"sealed", segment.sealed},
          {"pulled", segment.pulled.empty() ? Json(nullptr) : Json(segment.pulled)},
          {"deleted", segment.deleted.empty() ? Json(nullptr) : Json(segment.deleted)}};
}

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

Json to_json(const Gap& gap) {
  return {{"cause", causes.at(static_cast<std::size_t>(gap.cause))},
          {"first_id", gap.first_id},
          {"last_id", gap.last_id},
          {"estimated", gap.estimated},
          {"start", iso_utc(Nanoseconds(gap.start_utc_ns))},
          {"end", iso_utc(Nanoseconds(gap.end_utc_ns))},
          {"start_utc_ns", gap.start_utc_ns},
          {"end_utc_ns", gap.end_utc_ns}};
}

Gap gap_from_json(const Json& json) {
  return {json.at("first_id").get<std::uint64_t>(),        json.at("last_id").get<std::uint64_t>(),
          cause_from(json.at("cause").get<std::string>()), json.at("estimated").get<bool>(),
          json.at("start_utc_ns").get<std::int64_t>(),     json.at("end_utc_ns").get<std::int64_t>()};
}

}  // namespace tarsier
