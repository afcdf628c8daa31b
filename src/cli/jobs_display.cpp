#include "cli/jobs_display.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "cli/progress_line.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"

namespace tarsier {
namespace {

std::uint64_t frames_so_far(const JobsProgress& progress) {
  return std::accumulate(progress.running.begin(), progress.running.end(), progress.ended_frames,
                         [](std::uint64_t sum, const auto& job) { return sum + job.progress.delivered; });
}

}  // namespace

double overall_rate_hz(const JobsProgress& progress) {
  return progress.elapsed_s > 0 ? static_cast<double>(frames_so_far(progress)) / progress.elapsed_s : 0;
}

std::optional<double> overall_seconds_left(const JobsProgress& progress) {
  double known = static_cast<double>(progress.ended_frames);
  for (const auto& job : progress.running) {
    if (!job.progress.expected) return std::nullopt;
    known += static_cast<double>(std::max(*job.progress.expected, job.progress.delivered));
  }
  const std::size_t begun = progress.ended + progress.running.size();
  const double rate = overall_rate_hz(progress);
  if (begun == 0 || rate <= 0) return std::nullopt;
  const double all = known * static_cast<double>(progress.jobs) / static_cast<double>(begun);
  return std::max(0.0, all - static_cast<double>(frames_so_far(progress))) / rate;
}

std::string overall_text(const JobsProgress& progress) {
  auto text = fmt::format("{} of {} done  {}  {}", progress.ended, progress.jobs,
                          counted(frames_so_far(progress), "frame"), rate_text(overall_rate_hz(progress)));
  if (const auto left = overall_seconds_left(progress)) text += fmt::format("  {} left", short_duration(*left));
  return text;
}

JobsDisplay::JobsDisplay() : on_terminal_(terminal_columns(STDERR_FILENO) > 0) {}

void JobsDisplay::show(const JobsProgress& progress) {
  if (!on_terminal_) return;
  clear();
  const auto columns = std::max<std::size_t>(terminal_columns(STDERR_FILENO), 2) - 1;
  for (const auto& job : progress.running)
    fmt::print(stderr, "{}\n", cut(job.title + "  " + progress_text(job.progress), columns));
  fmt::print(stderr, "{}\n", cut(overall_text(progress), columns));
  lines_ = progress.running.size() + 1;
  std::fflush(stderr);
}

void JobsDisplay::clear() {
  if (lines_ == 0) return;
  fmt::print(stderr, "\x1b[{}A\x1b[J", lines_);
  std::fflush(stderr);
  lines_ = 0;
}

}  // namespace tarsier
