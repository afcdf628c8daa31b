#include "cli/pull_display.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/bytes_progress.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"

namespace tarsier {

std::string pull_line(const std::string& title, const PullMeter& meter, double elapsed_s, std::size_t columns) {
  const std::int64_t done = std::max<std::int64_t>(meter.done, 0);
  auto text = title + "  " + bytes_progress_text(static_cast<std::uint64_t>(done), meter.total, elapsed_s, columns);
  if (meter.waits) text += "  waits for the next segment";
  if (const std::uint64_t cuts = meter.cuts; cuts > 0) text += "  " + counted(cuts, "cut");
  return cut(text, columns);
}

PullDisplay::PullDisplay() : on_terminal_(terminal_columns(STDERR_FILENO) > 0) {}

void PullDisplay::show(const std::vector<std::string>& titles, const std::vector<const PullMeter*>& meters) {
  if (!on_terminal_) return;
  clear();
  const auto columns = std::max<std::size_t>(terminal_columns(STDERR_FILENO), 2) - 1;
  const double elapsed_s = std::chrono::duration<double>(Stopwatch::now() - begun_).count();
  std::size_t width = 0;
  for (const auto& title : titles) width = std::max(width, text_width(title));
  for (std::size_t i = 0; i < meters.size(); ++i) {
    fmt::print(stderr, "{}\n", pull_line(padded(titles[i], width), *meters[i], elapsed_s, columns));
  }
  lines_ = meters.size();
  std::fflush(stderr);
}

void PullDisplay::clear() {
  if (lines_ == 0) return;
  fmt::print(stderr, "\x1b[{}A\x1b[J", lines_);
  std::fflush(stderr);
  lines_ = 0;
}

}  // namespace tarsier
