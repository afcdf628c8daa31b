#include <fmt/format.h>

#include <cstdlib>

#include "CppUTest/TestHarness.h"
#include "cut_run.hpp"
#include "found_run.hpp"
#include "store/run_recovery.hpp"
#include "support/crash_states.hpp"
#include "support/memory_folder.hpp"

using namespace tarsier;

namespace {

// What is done with a torn run beside a recording; the first thing that went wrong.
std::string recover(FileOperations& files, const std::filesystem::path& run_folder) {
  if (!std::filesystem::exists(run_folder / "a")) return {};
  const auto places = find_torn_places(files, run_folder);
  if (!places) return places.error().message;
  for (const TornPlace& place : places->torn) {
    if (const auto recovered = recover_place(files, place, {}); !recovered) return recovered.error().message;
  }
  return {};
}

// What is wrong with a recovered run of which `promised` frames had been acknowledged; empty: nothing.
std::string complaint(const std::filesystem::path& run_folder, std::uint64_t promised) {
  static const CameraRecording camera = cut_recording();
  if (!std::filesystem::exists(run_folder)) return promised == 0 ? "" : "the run is gone";
  const FoundRun found(run_folder, camera);
  if (!found.wrong.empty()) return found.wrong;
  for (std::uint64_t frame = 0; frame < promised; ++frame) {
    if (!found.stored.contains(frame)) return fmt::format("frame {} of {} is lost", frame, promised);
    if (CutRun::has_gap(frame) && !found.gaps.contains(static_cast<std::int64_t>(frame))) return "a gap is lost";
  }
  for (const auto& [frame, times] : found.rows) {
    if (times > 1) return fmt::format("frame {} is there {} times", frame, times);
  }
  return {};
}

}  // namespace

// What a power cut leaves of a recording, and of its recovery, is recovered by ourselves.
TEST_GROUP(CutRecovery) {
  MemoryFolder folder;
  const std::uint64_t seed = from_environment("TARSIER_SEED", std::random_device{}());
  const std::uint64_t cuts = from_environment("TARSIER_CUTS", usual_cuts);

  void check(const std::string& wrong, std::size_t position) const {
    const auto text = fmt::format("TARSIER_SEED={} TARSIER_CUTS={}, cut after {}: {}", seed, cuts, position, wrong);
    CHECK_TRUE_TEXT(wrong.empty(), text.c_str());
  }
  void check_recovered(FileOperations & files, const std::filesystem::path& state, std::uint64_t promised,
                       std::size_t position) const {
    check(recover(files, state / "run"), position);
    check(complaint(state / "run", promised), position);
  }
  // Calls `visit` with states of the recording, each in a folder.
  template <typename Visit>
  void for_each_state(const CutRun& run, std::uint64_t sector, std::uint64_t count, Visit visit) const {
    std::mt19937_64 random(seed + sector);
    std::vector<std::size_t> positions(count);
    for (std::size_t& position : positions) position = random() % (run.disk.log().size() + 1);
    std::sort(positions.begin(), positions.end());
    CrashStates states(run.disk);
    for (const std::size_t position : positions) {
      states.advance(position);
      Coins coins(random());
      const auto state = folder.fresh("state");
      states.write(coins, sector, state);
      visit(state, position);
    }
  }
  void check_cuts(std::uint64_t sector) const {
    const CutRun run(folder.fresh("recording"));
    for_each_state(run, sector, cuts, [&](const std::filesystem::path& state, std::size_t position) {
      check_recovered(system_files(), state, run.promised(position), position);
    });
  }
};

TEST(CutRecovery, everything_acknowledged_is_recovered_from_torn_sectors_of_4096_bytes) { check_cuts(4096); }

TEST(CutRecovery, everything_acknowledged_is_recovered_from_torn_sectors_of_512_bytes) { check_cuts(512); }

TEST(CutRecovery, a_recovery_that_is_cut_itself_can_be_done_again) {
  const CutRun run(folder.fresh("recording"));
  std::mt19937_64 random(seed);
  for_each_state(run, 512, cuts / 20, [&](const std::filesystem::path& state, std::size_t position) {
    RecordedDisk disk(state);
    check_recovered(disk, state, run.promised(position), position);
    for (int i = 0; i < 5; ++i) {
      CrashStates states(disk);
      states.advance(random() % (disk.log().size() + 1));
      Coins coins(random());
      const auto again = folder.fresh("again");
      states.write(coins, i % 2 == 0 ? 512 : 4096, again);
      check_recovered(system_files(), again, run.promised(position), position);
    }
  });
}
