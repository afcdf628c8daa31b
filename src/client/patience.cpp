#include "client/patience.hpp"

#include <algorithm>
#include <thread>

#include "client/device.hpp"

namespace tarsier {
namespace {

constexpr auto first_wait = std::chrono::milliseconds(250);
constexpr std::chrono::milliseconds longest_wait = std::chrono::seconds(15);

}  // namespace

Patience::Patience(std::chrono::seconds limit, std::function<bool()> wanted)
    : limit_(limit), wanted_(std::move(wanted)), next_wait_(first_wait) {}

void Patience::progressed() {
  last_progress_ = Stopwatch::now();
  next_wait_ = first_wait;
}

bool Patience::again(const Error& error) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(last_progress_ + limit_ - Stopwatch::now());
  if (!is_cut(error) || left.count() <= 0) return false;
  const auto time = std::min(next_wait_, left);
  next_wait_ = std::min(next_wait_ * 2, longest_wait);
  return wait(time);
}

bool Patience::wait(std::chrono::milliseconds time) const {
  const auto end = Stopwatch::now() + time;
  while (wanted_() && Stopwatch::now() < end) {
    std::this_thread::sleep_for(std::min<Stopwatch::duration>(end - Stopwatch::now(), std::chrono::milliseconds(100)));
  }
  return wanted_();
}

}  // namespace tarsier
