#include "CppUTest/TestHarness.h"
#include "found_run.hpp"
#include "store/run_recovery.hpp"
#include "store_bench.hpp"
#include "support/faulty_files.hpp"
#include "support/memory_folder.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t stride = 7;
#else
constexpr std::uint64_t stride = 1;
#endif
// Instead of an error number: the operation passes half of its bytes.
constexpr int short_transfer = 0;

void arm(FaultyFiles& files, std::uint64_t operation, int fault) {
  (fault == short_transfer ? files.shorten_at : files.fail_at) = operation;
  files.error = fault;
}

// What `tarsier recover` does, or, without reading ahead, what is done beside a recording; the first thing that went
// wrong.
std::string recover_run(FileOperations& files, const std::filesystem::path& run_folder, bool read_ahead) {
  RecoveryOptions options;
  options.read_ahead = read_ahead;
  const auto places = find_torn_places(files, run_folder);
  if (!places) return places.error().message;
  std::string wrong = places->errors.empty() ? "" : places->errors.front().message;
  for (const TornPlace& place : places->torn) {
    const auto recovered = recover_place(files, place, options);
    if (!recovered && wrong.empty()) wrong = recovered.error().message;
  }
  return wrong;
}

}  // namespace

// Each operation on files, HDF5's own among them, meets the fault in its turn.
TEST_GROUP(EveryFault) {
  MemoryFolder folder;
  std::string place;  // for messages

  void check(bool right, const std::string& what) const { CHECK_TRUE_TEXT(right, (place + what).c_str()); }
  // Two segments with commits, publishes and a gap; every frame has an outcome.
  void record(StoreBench & bench) const {
    for (std::uint64_t i = 0; i < 12; ++i) {
      if (i == 5) check(bench.camera.channel.gaps.push({.first_id = i, .last_id = i, .start_utc_ns = 5}), "gap");
      if (bench.camera.push_frame(i < 6 ? 1 : 2)) bench.work();
      bench.pass(300ms);
    }
    bench.finish();
    check(bench.fault.message().empty(), bench.fault.message());
    check(bench.ledger().delivered() == bench.camera.frames(), "a frame has no outcome, or two");
  }
  void check_found(const std::filesystem::path& run, const StoreBench& bench) const {
    const FoundRun found(run, bench.camera.facts);
    check(found.wrong.empty(), found.wrong);
    check(found.half_made == 0, "a file is left half-made");
    check(found.rows.size() == bench.camera.frames(), "a row is lost");
    check(found.stored.size() >= bench.ledger().stored, "a frame that was acknowledged is lost");
    check(bench.camera.frames() == 0 || found.gaps.contains(5), "a gap is lost");
  }
  // A recording whose operation k meets the fault, and its recovery; false when it has not as many operations.
  bool meets(std::uint64_t k, int fault) {
    place = fmt::format("operation {}, errno {}: ", k, fault);
    FaultyFiles files;
    const auto path = folder.fresh("recording");
    StoreBench bench(files, path, bench_recording());
    const std::uint64_t before = files.counted();
    arm(files, before + k, fault);
    if (!bench.recorder->begin()) {
      bench.recorder.reset();
    } else {
      record(bench);
    }
    const bool met = files.counted() >= before + k;
    const std::string wrong = recover_run(system_files(), path / "run", true);
    check(wrong.empty(), wrong);
    check_found(path / "run", bench);
    return met;
  }
  void check_recording(int fault) {
    std::uint64_t k = 1;
    while (meets(k, fault)) k += stride;
    CHECK(k > 100);
  }

  // A recording that was left as a kill leaves it, with what a second recovery finds after operation k of the first
  // met the fault.
  bool recovery_meets(const StoreBench& bench, std::uint64_t k, int fault, bool read_ahead) {
    place = fmt::format("operation {} of recovery{}, errno {}: ", k, read_ahead ? " that reads ahead" : "", fault);
    const auto path = folder.fresh("recovery");
    std::filesystem::copy(folder / "torn", path, std::filesystem::copy_options::recursive);
    FaultyFiles files;
    arm(files, k, fault);
    (void)recover_run(files, path / "run", read_ahead);
    const std::string wrong = recover_run(system_files(), path / "run", read_ahead);
    check(wrong.empty(), wrong);
    check_found(path / "run", bench);
    return files.counted() >= k;
  }
  void check_recovery(int fault) {
    const auto torn = folder.fresh("torn");
    StoreBench bench(system_files(), torn, bench_recording());
    must(bench.recorder->begin());
    for (std::uint64_t i = 0; i < 12; ++i) {
      if (i == 5) check(bench.camera.channel.gaps.push({.first_id = i, .last_id = i, .start_utc_ns = 5}), "gap");
      bench.record(1, i < 6 ? 1 : 2);
      bench.pass(300ms);
    }
    bench.pass(3s);
    CHECK_EQUAL(12, bench.ledger().stored);
    bench.recorder.reset();
    for (const bool read_ahead : {false, true}) {
      std::uint64_t k = 1;
      while (recovery_meets(bench, k, fault, read_ahead)) k += stride;
      CHECK(k > 50);
    }
  }
};

TEST(EveryFault, a_recording_without_space_at_any_operation_loses_nothing_acknowledged) { check_recording(ENOSPC); }

TEST(EveryFault, a_recording_with_a_fault_of_the_disk_at_any_operation_loses_nothing_acknowledged) {
  check_recording(EIO);
}

TEST(EveryFault, a_recording_interrupted_at_any_operation_loses_nothing_acknowledged) { check_recording(EINTR); }

TEST(EveryFault, a_recording_with_any_transfer_shortened_loses_nothing_acknowledged) {
  check_recording(short_transfer);
}

TEST(EveryFault, a_recovery_without_space_at_any_operation_can_be_done_again) { check_recovery(ENOSPC); }

TEST(EveryFault, a_recovery_with_a_fault_of_the_disk_at_any_operation_can_be_done_again) { check_recovery(EIO); }

TEST(EveryFault, a_recovery_interrupted_at_any_operation_can_be_done_again) { check_recovery(EINTR); }

TEST(EveryFault, a_recovery_with_any_transfer_shortened_can_be_done_again) { check_recovery(short_transfer); }
