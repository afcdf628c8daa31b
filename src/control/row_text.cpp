#include "control/row_text.hpp"

#include <cmath>

namespace tarsier {
namespace {

Json known(float value) { return std::isnan(value) ? Json(nullptr) : Json(value); }

Json row_json(const Row& row) {
  const bool utc_known = row.utc_uncertainty_ns != UINT64_MAX;
  return {{"frame_id", row.frame_id},
          {"stored_index", row.stored_index},
          {"sensor_ns", row.sensor_ns},
          {"monotonic_ns", row.monotonic_ns},
          {"utc_ns", row.utc_ns},
          {"utc_uncertainty_ns", utc_known ? Json(row.utc_uncertainty_ns) : Json(nullptr)},
          {"residual_ns", row.residual_ns},
          {"pair_ns", row.pair_ns},
          {"flags", row.flags},
          {"generation", row.generation},
          {"exposure_ns", row.exposure_ns},
          {"gain", row.gain},
          {"n", row.n},
          {"abs_diff_sum", row.abs_diff_sum},
          {"changed", row.changed},
          {"sum", row.sum},
          {"sum_sq", row.sum_sq},
          {"min", row.min},
          {"max", row.max},
          {"drift_y", known(row.drift_y)},
          {"drift_x", known(row.drift_x)},
          {"drift_residual", known(row.drift_residual)},
          {"drift_confidence", known(row.drift_confidence)}};
}

Json region_json(const RegionRow& region) {
  return {{"abs_diff_sum", region.abs_diff_sum},
          {"changed", region.changed},
          {"sum", region.sum},
          {"sum_sq", region.sum_sq},
          {"min", region.min},
          {"max", region.max}};
}

const RegionRow& region_of(const RowsPage& page, std::size_t row, std::size_t region) {
  return page.region_rows.at(row * page.regions.size() + region);
}

// Quoted where RFC 4180 wants it.
std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return quoted + "\"";
}

void add_values(const Json& object, std::string& line) {
  for (const auto& [name, value] : object.items()) {
    if (!line.empty()) line += ',';
    if (!value.is_null()) line += value.dump();
  }
}

std::string csv_head(const RowsPage& page) {
  const Json row = row_json({});
  const Json columns = region_json({});
  std::string line;
  for (const auto& [name, value] : row.items()) line += (line.empty() ? "" : ",") + name;
  for (const auto& region : page.regions) {
    for (const auto& [name, value] : columns.items()) line += "," + csv_text(region + "." + name);
  }
  return line + "\r\n";
}

}  // namespace

Json rows_json(const std::string& camera, const RowsPage& page) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < page.rows.size(); ++i) {
    Json row = row_json(page.rows[i]);
    Json& regions = row["regions"] = Json::array();
    for (std::size_t r = 0; r < page.regions.size(); ++r) regions.push_back(region_json(region_of(page, i, r)));
    rows.push_back(std::move(row));
  }
  return {{"camera", camera},
          {"regions", page.regions},
          {"oldest_id", page.oldest_id},
          {"more", page.more},
          {"rows", std::move(rows)}};
}

std::string rows_csv(const RowsPage& page) {
  std::string text = csv_head(page);
  for (std::size_t i = 0; i < page.rows.size(); ++i) {
    std::string line;
    add_values(row_json(page.rows[i]), line);
    for (std::size_t r = 0; r < page.regions.size(); ++r) add_values(region_json(region_of(page, i, r)), line);
    text += line + "\r\n";
  }
  return text;
}

}  // namespace tarsier
