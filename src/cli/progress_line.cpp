#include "cli/progress_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/terminal.hpp"
#include "cli/text.hpp"

namespace tarsier {
namespace {

// A share below this tells nothing about the speed yet.
constexpr double least_share = 0.005;

std::optional<double> share_of_frames(const Progress& progress) {
  if (progress.expected.value_or(0) == 0) return std::nullopt;
  return std::min(1.0, static_cast<double>(progress.delivered) / static_cast<double>(*progress.expected));
}

std::optional<double> share_of_time(const Progress& progress) {
  if (progress.duration_s.value_or(0) <= 0) return std::nullopt;
  return std::clamp(progress.elapsed_s / *progress.duration_s, 0.0, 1.0);
}

// `choose` picks of two; what is unknown does not count.
std::optional<double> of_known(std::optional<double> a, std::optional<double> b,
                               const double& (*choose)(const double&, const double&)) {
  if (a && b) return choose(*a, *b);
  return a ? a : b;
}

}  // namespace

std::optional<double> share_done(const Progress& progress) {
  return of_known(share_of_frames(progress), share_of_time(progress), std::max<double>);
}

std::optional<double> seconds_left(const Progress& progress) {
  std::optional<double> by_frames;
  std::optional<double> by_time;
  if (const auto share = share_of_frames(progress); share && *share >= least_share)
    by_frames = progress.elapsed_s * (1 - *share) / *share;
  if (share_of_time(progress)) by_time = std::max(0.0, *progress.duration_s - progress.elapsed_s);
  return of_known(by_frames, by_time, std::min<double>);
}

std::string progress_text(const Progress& progress) {
  auto text = fmt::format("{:.1f} s  {}  {}  dropped {}", progress.elapsed_s, counted(progress.delivered, "frame"),
                          rate_text(progress.rate_hz), grouped(progress.dropped));
  if (const auto share = share_done(progress)) text += fmt::format("  {:.0f} %", *share * 100);
  if (const auto left = seconds_left(progress)) text += fmt::format("  {} left", short_duration(*left));
  return text;
}

ProgressLine::ProgressLine() : on_terminal_(terminal_columns(STDERR_FILENO) > 0) {}

void ProgressLine::show(const Progress& progress) {
  if (!on_terminal_) return;
  // The cursor waits at the line's start, so that a message of the log writes over it.
  const auto columns = std::max<std::size_t>(terminal_columns(STDERR_FILENO), 2);
  fmt::print(stderr, "{}\x1b[K\r", cut(progress_text(progress), columns - 1));
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::clear() {
  if (!shown_) return;
  fmt::print(stderr, "\x1b[K");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace tarsier
