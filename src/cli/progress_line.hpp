// The line that shows how far a run is, redrawn in place.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "daemon/engine.hpp"

namespace tarsier {

// Share of the run that is over, 0 to 1: of the frames that are expected or of the planned time, whichever ends first.
[[nodiscard]] std::optional<double> share_done(const Progress& progress);
// Seconds until the end; none while they can't be told.
[[nodiscard]] std::optional<double> seconds_left(const Progress& progress);
// "12.3 s  1,234 frames  98.7/s  dropped 0  41 %  0:17 left"; the last two only when they are known.
[[nodiscard]] std::string progress_text(const Progress& progress);

// On standard error when that is a terminal, else silent.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const Progress& progress);
  void clear();

 private:
  const bool on_terminal_;
  bool shown_ = false;
};

}  // namespace tarsier
