// Notices that frames stopped coming after a change of the rig.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "daemon/engine.hpp"

namespace tarsier {

// Supervisor's thread. Times are CLOCK_MONOTONIC.
class RollbackWatch {
 public:
  // A change was applied: of each camera that has given a frame within `patience` another one is expected within
  // `patience`. 0: nothing is.
  void changed(const std::vector<Delivery>& deliveries, Nanoseconds now, Nanoseconds patience) {
    expected_.clear();
    for (const Delivery& one : deliveries) {
      if (one.last.count() != 0 && now - one.last <= patience) expected_.push_back(one);
    }
    deadline_ = now + patience;
  }
  void forget() { expected_.clear(); }
  // A frame is still expected.
  [[nodiscard]] bool waiting() const { return !expected_.empty(); }

  // The camera of which nothing came in time; none: all is well so far. Told once.
  [[nodiscard]] std::optional<std::string> look(const std::vector<Delivery>& deliveries, Nanoseconds now) {
    if (expected_.empty()) return std::nullopt;
    std::erase_if(expected_, [&](const Delivery& before) {
      return std::any_of(deliveries.begin(), deliveries.end(), [&](const Delivery& one) {
        return one.camera == before.camera && one.frames > before.frames;
      });
    });
    if (expected_.empty() || now < deadline_) return std::nullopt;
    const std::string silent = expected_.front().camera;
    expected_.clear();
    return silent;
  }

 private:
  std::vector<Delivery> expected_;  // what had come of each by the change
  Nanoseconds deadline_{0};
};

}  // namespace tarsier
