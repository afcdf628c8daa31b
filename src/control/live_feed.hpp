// What a subscriber of /v1/live gets at each of its ticks.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "control/device_api.hpp"

namespace tarsier {

// Server's thread.
class LiveFeed {
 public:
  // Rows begin behind the newest ones that are there now. `device` outlives the feed.
  LiveFeed(DeviceApi& device, std::vector<std::string> cameras, double rate_hz);

  [[nodiscard]] std::chrono::milliseconds interval() const { return interval_; }
  // {"status": ..., "lost": ticks that were left out since the last one}, then {"camera", "regions", "rows", "more"} of
  // each camera that has new rows; at most 100 rows of each, the next ones come with the next tick.
  [[nodiscard]] std::vector<std::string> next(std::uint64_t lost);

 private:
  DeviceApi& device_;
  const std::chrono::milliseconds interval_;
  std::map<std::string, std::uint64_t> newest_;  // frame id of the last row sent, by camera
};

}  // namespace tarsier
