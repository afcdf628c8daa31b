#include <bit>

#include "report/page.hpp"
#include "report/text_encoding.hpp"

namespace tarsier {
namespace {

static_assert(std::endian::native == std::endian::little, "the page's series are little endian");

constexpr Measure measures[] = {Measure::mean_activity, Measure::changed_pixels};

Json milliseconds(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }

template <typename Number>
void append(std::vector<std::byte>& bytes, const std::vector<Number>& numbers) {
  const auto view = std::as_bytes(std::span(numbers));
  bytes.insert(bytes.end(), view.begin(), view.end());
}

Json picture(const std::optional<ShownPicture>& shown) {
  return shown ? Json("data:image/png;base64," + base64(shown->png)) : Json(nullptr);
}

Json gap_list(const CameraReport& camera) {
  Json gaps = Json::array();
  for (const auto& gap : camera.gaps)
    gaps.push_back({milliseconds(gap.start_utc_ns), milliseconds(gap.end_utc_ns), cause_words(gap.cause)});
  return gaps;
}

Json interval_list(const CameraReport& camera) {
  Json intervals = Json::array();
  for (const auto& pictures : camera.pictures.intervals)
    intervals.push_back({{"from_ms", milliseconds(pictures.interval.start_utc_ns)},
                         {"to_ms", milliseconds(pictures.interval.end_utc_ns)},
                         {"frames", pictures.interval.count},
                         {"mean", picture(pictures.mean)},
                         {"maximum", picture(pictures.maximum)}});
  return intervals;
}

}  // namespace

Json script_facts(const CameraReport& camera) {
  const auto& axis = camera.activity.axis();
  Json regions = Json::array();
  for (std::size_t r = 0; r < camera.regions.size(); ++r) {
    Json scales = Json::array();
    for (const auto measure : measures)
      scales.push_back(axis.bins > 0 ? camera.activity.coded(r, measure).scale : 0.0F);
    const auto& facts = camera.regions[r].facts;
    regions.push_back({{"name", facts.name}, {"labels", facts.labels}, {"scales", std::move(scales)}});
  }
  return {{"name", camera.name},
          {"from_ms", milliseconds(axis.from_ns)},
          {"width_ms", milliseconds(axis.width_ns)},
          {"bins", axis.bins},
          {"first_ms", axis.bins > 0 ? milliseconds(camera.range.first_ns) : Json(0)},
          {"last_ms", axis.bins > 0 ? milliseconds(camera.range.last_ns) : Json(0)},
          {"regions", std::move(regions)},
          {"gaps", gap_list(camera)},
          {"intervals", interval_list(camera)}};
}

std::string script_series(const CameraReport& camera) {
  if (camera.activity.axis().bins == 0) return "";
  std::vector<std::byte> means;
  std::vector<std::byte> minima;
  std::vector<std::byte> maxima;
  for (std::size_t region = 0; region < camera.activity.regions(); ++region)
    for (const auto measure : measures) {
      const auto coded = camera.activity.coded(region, measure);
      append(means, coded.mean);
      append(minima, coded.minimum);
      append(maxima, coded.maximum);
    }
  means.insert(means.end(), minima.begin(), minima.end());
  means.insert(means.end(), maxima.begin(), maxima.end());
  append(means, camera.activity.coverage());
  return base64(means);
}

}  // namespace tarsier
