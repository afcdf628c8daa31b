// What `tarsier watch` shows: a status as the lines of a screen. Pure; any thread; allocates.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "cli/activity_history.hpp"
#include "cli/styled_text.hpp"

namespace tarsier {

struct WatchState {
  std::string device;                    // as it was asked for: "pi-left"
  std::string clock;                     // "13:45:02"
  Json status = nullptr;                 // null: none came yet
  std::optional<double> silent_s;        // since its last answer; none: it answers
  std::string trouble;                   // why it does not answer
  std::vector<RegionActivity> activity;  // of the chosen camera
};

struct WatchChoice {
  std::size_t camera = 0;    // whose stages and regions are shown
  std::size_t scrolled = 0;  // lines of the body above the screen
  bool unicode = true;
};

struct ScreenSize {
  std::size_t columns = 80, rows = 24;
};

struct WatchView {
  std::vector<StyledLine> lines;  // as many as the screen has rows, none wider than it
  std::size_t scrolled = 0;       // as asked, but never past the end
};

[[nodiscard]] WatchView watch_view(const WatchState& state, const WatchChoice& choice, ScreenSize size);

}  // namespace tarsier
