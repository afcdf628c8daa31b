// A bar that shows how far work over bytes is, redrawn in place.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace tarsier {

// "[#######-------]  48 %  1.2 GiB of 2.5 GiB  310.0 MiB/s  0:04 left", at most `columns` characters.
[[nodiscard]] std::string bytes_progress_text(std::uint64_t done, std::uint64_t total, double elapsed_s,
                                              std::size_t columns);

// On standard error when that is a terminal, else silent. One thread.
class BytesProgressBar {
 public:
  BytesProgressBar();
  ~BytesProgressBar() { clear(); }
  BytesProgressBar(const BytesProgressBar&) = delete;
  BytesProgressBar& operator=(const BytesProgressBar&) = delete;

  // Draws a few times a second at most.
  void show(std::uint64_t done, std::uint64_t total);
  void clear();

 private:
  using Stopwatch = std::chrono::steady_clock;
  const bool on_terminal_;
  const Stopwatch::time_point begun_ = Stopwatch::now();
  Stopwatch::time_point drawn_{};
  bool shown_ = false;
};

}  // namespace tarsier
