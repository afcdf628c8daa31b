// Threads that share the work on each frame of one camera: a band of lines each. The caller does the first band itself.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "base/named_thread.hpp"
#include "base/wakeup.hpp"

namespace tarsier {

// One thread calls run(). Allocates at construction only.
class BandWorkers {
 public:
  // `bands` >= 1; with 1 there is no further thread. Theirs are called band-<name>.
  BandWorkers(const std::string& name, unsigned bands);
  ~BandWorkers();
  BandWorkers(const BandWorkers&) = delete;
  BandWorkers& operator=(const BandWorkers&) = delete;

  // Calls work(band) once for each band at the same time, and returns when all have returned.
  template <typename Work>
  void run(Work&& work) {
    run_erased([](void* erased, unsigned band) { (*static_cast<std::remove_reference_t<Work>*>(erased))(band); },
               &work);
  }

 private:
  using Call = void (*)(void*, unsigned);
  void run_erased(Call call, void* work);
  void work_on(unsigned band);

  const unsigned bands_;
  // Written by run() before a round begins, read by the workers in it.
  Call call_ = nullptr;
  void* work_ = nullptr;
  std::atomic<unsigned> round_{0};
  std::atomic<unsigned> left_{0};  // bands of this round that are not done
  std::atomic<bool> ended_{false};
  Wakeup begin_;
  Wakeup done_;
  std::vector<NamedThread> threads_;
};

}  // namespace tarsier
