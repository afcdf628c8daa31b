#include "control/live_feed.hpp"

#include <cmath>

#include "control/camera_routes.hpp"
#include "control/row_text.hpp"

namespace tarsier {
namespace {

constexpr std::size_t rows_a_tick = 100;

std::string compact(const Json& document) { return document.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

LiveFeed::LiveFeed(DeviceApi& device, std::vector<std::string> cameras, double rate_hz)
    : device_(device), interval_(std::lround(1000 / rate_hz)) {
  for (const auto& camera : cameras) {
    const auto page = device_.rows(camera, std::nullopt, 1);
    newest_[camera] = page.rows.empty() ? 0 : page.rows.back().frame_id;
  }
}

std::vector<std::string> LiveFeed::next(std::uint64_t lost) {
  std::vector<std::string> messages;
  // The status is text already; it is not taken apart to be put together again.
  messages.push_back("{\"status\":" + *device_.status() + ",\"lost\":" + std::to_string(lost) + "}");
  for (auto& [camera, newest] : newest_) {
    const auto page = bounded_rows(device_, camera, newest, rows_a_tick);
    if (page.rows.empty()) continue;
    newest = page.rows.back().frame_id;
    messages.push_back(compact(rows_json(camera, page)));
  }
  return messages;
}

}  // namespace tarsier
