#include "process/band_workers.hpp"

#include <chrono>

namespace tarsier {
namespace {

constexpr Nanoseconds longest_wait = std::chrono::seconds(1);

}  // namespace

BandWorkers::BandWorkers(const std::string& name, unsigned bands) : bands_(bands) {
  threads_.reserve(bands - 1);
  for (unsigned band = 1; band < bands; ++band) {
    threads_.emplace_back("band-" + name, [this, band] { work_on(band); });
  }
}

BandWorkers::~BandWorkers() {
  ended_.store(true, std::memory_order_release);
  begin_.notify();
}

void BandWorkers::run_erased(Call call, void* work) {
  call_ = call;
  work_ = work;
  left_.store(bands_ - 1, std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);  // whoever sees the round sees its work
  begin_.notify();
  call(work, 0);
  for (;;) {
    const auto ticket = done_.ticket();
    if (left_.load(std::memory_order_acquire) == 0) return;  // what the bands wrote is seen with it
    done_.wait(ticket, longest_wait);
  }
}

void BandWorkers::work_on(unsigned band) {
  for (unsigned seen = 0;;) {
    const auto ticket = begin_.ticket();
    if (ended_.load(std::memory_order_acquire)) return;
    if (const unsigned round = round_.load(std::memory_order_acquire); round != seen) {
      seen = round;
      call_(work_, band);
      // Release: the caller sees what this band wrote.
      if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) done_.notify();
    } else {
      begin_.wait(ticket, longest_wait);
    }
  }
}

}  // namespace tarsier
