#include "cli/bytes_progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/terminal.hpp"
#include "cli/text.hpp"

namespace tarsier {
namespace {

constexpr std::size_t bar_width = 24;
constexpr auto redraw_interval = std::chrono::milliseconds(150);

}  // namespace

std::string bytes_progress_text(std::uint64_t done, std::uint64_t total, double elapsed_s, std::size_t columns) {
  const double share = total == 0 ? 1.0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const auto filled = static_cast<std::size_t>(share * bar_width);
  const double speed = elapsed_s > 0 ? static_cast<double>(done) / elapsed_s : 0;
  auto text = fmt::format("[{}{}] {:3.0f} %  {} of {}", std::string(filled, '#'), std::string(bar_width - filled, '-'),
                          share * 100, disk_text({done}), disk_text({total}));
  if (speed > 0) text += fmt::format("  {}/s", disk_text({static_cast<std::uint64_t>(speed)}));
  if (speed > 0 && share > 0 && share < 1) {
    text += fmt::format("  {} left", short_duration(elapsed_s * (1 - share) / share));
  }
  return cut(text, columns);
}

BytesProgressBar::BytesProgressBar() : on_terminal_(terminal_columns(STDERR_FILENO) > 0) {}

void BytesProgressBar::show(std::uint64_t done, std::uint64_t total) {
  if (!on_terminal_) return;
  const auto now = Stopwatch::now();
  if (shown_ && now - drawn_ < redraw_interval) return;
  drawn_ = now;
  const auto columns = std::max<std::size_t>(terminal_columns(STDERR_FILENO), 2);
  const double elapsed_s = std::chrono::duration<double>(now - begun_).count();
  fmt::print(stderr, "{}\x1b[K\r", bytes_progress_text(done, total, elapsed_s, columns - 1));
  std::fflush(stderr);
  shown_ = true;
}

void BytesProgressBar::clear() {
  if (!shown_) return;
  fmt::print(stderr, "\x1b[K");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace tarsier
