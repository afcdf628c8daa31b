// How far several jobs that run side by side are.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "daemon/engine.hpp"

namespace tarsier {

struct JobsProgress {
  struct Running {
    std::string title;
    Progress progress;
  };
  std::vector<Running> running;
  std::size_t jobs = 0;
  std::size_t ended = 0;
  std::uint64_t ended_frames = 0;  // of the jobs that have ended
  double elapsed_s = 0;
};

// Frames a second of all jobs together, since the first began.
[[nodiscard]] double overall_rate_hz(const JobsProgress& progress);
// Seconds until all have ended, taking those that have not begun for as long as the others are on average; none while
// that can't be told.
[[nodiscard]] std::optional<double> overall_seconds_left(const JobsProgress& progress);
// "2 of 8 done  1,234 frames  98.7/s  0:17 left".
[[nodiscard]] std::string overall_text(const JobsProgress& progress);

// On a terminal's standard error one line for each running job and one for all, redrawn in place; else silent.
class JobsDisplay {
 public:
  JobsDisplay();
  ~JobsDisplay() { clear(); }
  JobsDisplay(const JobsDisplay&) = delete;
  JobsDisplay& operator=(const JobsDisplay&) = delete;

  [[nodiscard]] bool on_terminal() const { return on_terminal_; }
  void show(const JobsProgress& progress);
  // Before anything else is printed.
  void clear();

 private:
  const bool on_terminal_;
  std::size_t lines_ = 0;  // shown now
};

}  // namespace tarsier
