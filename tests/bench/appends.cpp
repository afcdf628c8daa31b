// appends cost:   time per frame at row 2,000,000 of a segment against row 20,000, and after 2,000 sealed segments
//                 against 20; the two of a pair take turns, so that whatever disturbs the machine disturbs both.
// appends memory: resident memory over 2,000,000 rows in 200 segments, as JSON.
// Codec, recorder and sync of the product, stepped in one thread on files in memory: what they cost, not the disk.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string_view>

#include "base/heap.hpp"
#include "bench/measure.hpp"
#include "store/store_bench.hpp"
#include "support/memory_folder.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t frames_per_chunk = 16;

// Records chunk after chunk at 100 frames/s of a clock of its own.
class Appender {
 public:
  explicit Appender(CameraRecording recording)
      : bench_(system_files(), folder_.path(), std::move(recording), Codec::none) {
    must(bench_.recorder->begin());
  }

  // One chunk of frames; the time that codec and recorder take for it, in microseconds.
  double append() {
    recorder_us_ = 0;
    bench_.camera.now = bench_.clock.monotonic();
    timed(recorder_us_, [&] {
      for (std::uint64_t i = 0; i < frames_per_chunk; ++i) {
        CHECK_TRUE(bench_.camera.push_frame(segment_));
        bench_.work(false);
      }
    });
    bench_.clock.advance(10ms * frames_per_chunk);
    settle();
    rows_ += frames_per_chunk;
    return recorder_us_;
  }
  void advance_to(std::uint64_t rows) {
    timing_ = false;  // asking for the time takes more of it than a frame
    while (rows_ < rows) (void)append();
    timing_ = true;
  }
  // The next frames go into another segment; this one is sealed, listed and hashed. The time of the thread sync.
  double rotate() {
    ++segment_;
    sync_us_ = 0;
    (void)append();
    for (int i = 0; i < 3; ++i) {  // hashing pauses between its blocks
      bench_.clock.advance(1s);
      settle();
    }
    return sync_us_;
  }
  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  [[nodiscard]] std::uint64_t sealed() const { return segment_ - 1; }

 private:
  template <typename Work>
  void timed(double& sum, Work work) {
    if (timing_) {
      sum += own_microseconds_of(work);
    } else {
      work();
    }
  }
  void settle() {
    bool moved = true;
    while (moved) {
      timed(recorder_us_, [&] { bench_.work(false); });
      timed(sync_us_, [&] { moved = bench_.sync->step(); });
    }
  }
  MemoryFolder folder_;
  StoreBench bench_;
  std::uint64_t rows_ = 0;
  std::uint32_t segment_ = 1;
  bool timing_ = true;
  double recorder_us_ = 0;
  double sync_us_ = 0;
};

CameraRecording recording(bool kept) {
  CameraRecording camera = bench_recording();
  camera.frames_per_chunk = frames_per_chunk;
  camera.frames_kept = kept;
  return camera;
}

struct Cost {
  double median = 0, p99 = 0;
};

Cost cost_of(std::vector<double> us) {
  std::sort(us.begin(), us.end());
  const auto per_frame = [&](std::size_t percent) {
    return us[(us.size() - 1) * percent / 100] / static_cast<double>(frames_per_chunk);
  };
  return {per_frame(50), per_frame(99)};
}

// `late` and a fresh early one of each round take turns, each after its preparation.
template <typename MakeEarly, typename MakeLate>
void contest(const char* what, Appender& late, MakeEarly make_early, MakeLate make_late) {
  constexpr int rounds = 11, turns = 500;
  std::vector<double> medians, tails, early_medians, late_medians;
  for (int round = 0; round < rounds; ++round) {
    Appender early(recording(true));
    make_early(early);
    make_late(late);
    std::vector<double> early_us, late_us;
    for (int turn = 0; turn < turns; ++turn) {
      early_us.push_back(early.append());
      late_us.push_back(late.append());
    }
    const Cost before = cost_of(early_us), after = cost_of(late_us);
    medians.push_back(after.median / before.median);
    tails.push_back(after.p99 / before.p99);
    early_medians.push_back(before.median);
    late_medians.push_back(after.median);
  }
  const Spread median = spread_of(medians), tail = spread_of(tails);
  fmt::print(
      "{:<44} {:>6.2f} -> {:.2f} us a frame  median {:.3f} x ({:.3f} .. {:.3f})  p99 {:.3f} x ({:.3f} .. {:.3f})\n",
      what, spread_of(early_medians).median, spread_of(late_medians).median, median.median, median.low, median.high,
      tail.median, tail.low, tail.high);
}

void measure_rows() {
  Appender late(recording(true));
  late.advance_to(2'000'000 - 2000);
  contest(
      "row 20,000 -> row 2,000,000", late, [](Appender& early) { early.advance_to(20'000 - 4000); }, [](Appender&) {});
}

void measure_segments() {
  std::vector<double> few, many;
  Appender late(recording(true));
  while (late.sealed() < 2000) {
    const double us = late.rotate();
    if (late.sealed() > 10 && late.sealed() <= 30) few.push_back(us);
    if (late.sealed() > 1980) many.push_back(us);
  }
  fmt::print("{:<44} {:>6.0f} -> {:.0f} us of the thread sync\n", "a seal, 20 -> 2,000 sealed segments",
             spread_of(few).median, spread_of(many).median);
  // Both in a fresh segment: row by row they stand at the same place of it.
  contest(
      "20 -> 2,000 sealed segments", late,
      [](Appender& early) {
        while (early.sealed() < 20) (void)early.rotate();
      },
      [](Appender& late_one) { (void)late_one.rotate(); });
}

double resident_mib() {
  std::ifstream statm("/proc/self/statm");
  double all = 0, resident = 0;
  statm >> all >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

void measure_memory(std::uint64_t rows, std::uint64_t segments) {
  Appender appender(recording(false));
  const auto record_until = [&](std::uint64_t segment) {
    while (appender.sealed() < segment) {
      appender.advance_to(rows * (appender.sealed() + 1) / segments - frames_per_chunk);
      (void)appender.rotate();
    }
    return resident_mib();
  };
  const double before = resident_mib();
  const double first = record_until(1), tenth = record_until(segments / 10), half = record_until(segments / 2);
  const double all = record_until(segments);
  fmt::print(
      "{{\"rows\": {}, \"segments\": {}, \"before_mib\": {:.2f}, \"first_mib\": {:.2f}, \"tenth_mib\": {:.2f}, "
      "\"half_mib\": {:.2f}, \"all_mib\": {:.2f}}}\n",
      appender.rows(), appender.sealed(), before, first, tenth, half, all);
}

}  // namespace

int main(int count, char** arguments) {
  settle_heap();
  const std::string_view what = count > 1 ? arguments[1] : "";
  if (what == "memory") return measure_memory(2'000'000, 200), 0;
  if (what != "cost") return std::fputs("usage: appends cost|memory\n", stderr), 2;
  pin_to_one_core();
  fmt::print("{}\n", processor_name());
  measure_rows();
  measure_segments();
  return 0;
}
