#include <fmt/format.h>

#include <cstdlib>

#include "CppUTest/TestHarness.h"
#include "cut_run.hpp"
#include "support/crash_states.hpp"
#include "support/memory_folder.hpp"

using namespace tarsier;

namespace {

constexpr std::uint64_t whole_writes = UINT64_C(1) << 40;

}  // namespace

// A stranger's reading of what a power cut leaves, by JOURNAL.md alone: read_crash_states.py.
TEST_GROUP(PowerCut) {
  MemoryFolder folder;
  const std::uint64_t seed = from_environment("TARSIER_SEED", std::random_device{}());
  const std::uint64_t cuts = from_environment("TARSIER_CUTS", usual_cuts);
  std::uint64_t states_written = 0;

  // One state beside the others that wait for judgement.
  void keep(const CutRun& run, const CrashStates& states, Coins& coins, std::uint64_t sector, std::size_t position) {
    const auto state = folder.fresh("states/" + std::to_string(states_written++));
    states.write(coins, sector, state);
    std::ofstream(state / "promised") << run.promised(position) << " " << position;
  }
  // What is wrong with them; empty: nothing.
  std::string judge() const {
    const std::string script = std::string(TARSIER_SOURCE_DIR) + "/tests/store/read_crash_states.py";
    const PythonOutcome outcome = run_python({script, (folder / "states").string()});
    (void)folder.fresh("states");
    if (outcome.exit_code == 0) return {};
    return fmt::format("TARSIER_SEED={} TARSIER_CUTS={}: {}", seed, cuts, outcome.output);
  }
  // Draws states over the whole recording; the first complaint ends it.
  std::string draw(const CutRun& run, std::uint64_t sector, std::uint64_t count) {
    std::mt19937_64 random(seed + sector);
    std::vector<std::size_t> positions(count);
    for (std::size_t& position : positions) position = random() % (run.disk.log().size() + 1);
    std::sort(positions.begin(), positions.end());
    CrashStates states(run.disk);
    (void)folder.fresh("states");
    std::string wrong;
    for (std::size_t i = 0; i < count && wrong.empty(); ++i) {
      states.advance(positions[i]);
      Coins coins(random());
      keep(run, states, coins, sector, positions[i]);
      if (i % 250 == 249) wrong = judge();
    }
    return wrong.empty() ? judge() : wrong;
  }
  void check_cuts(std::uint64_t sector) {
    const CutRun run(folder.fresh("recording"));
    const std::string wrong = draw(run, sector, cuts);
    CHECK_TRUE_TEXT(wrong.empty(), wrong.c_str());
  }
  // The model sees what a recorder would lose that forgot it.
  void check_loss_without(const char* sync) {
    const CutRun run(folder.fresh("recording"), sync);
    // A reader's complaint, or its crash.
    CHECK_FALSE(draw(run, 4096, 250).empty());
  }
};

TEST(PowerCut, nothing_acknowledged_is_lost_when_sectors_of_4096_bytes_are_written_or_not) { check_cuts(4096); }

TEST(PowerCut, nothing_acknowledged_is_lost_when_sectors_of_512_bytes_are_written_or_not) { check_cuts(512); }

// Wherever not more than eight things are open, each of the 256 answers.
TEST(PowerCut, nothing_acknowledged_is_lost_whichever_of_a_few_writes_and_names_are_missing) {
  const CutRun run(folder.fresh("recording"));
  CrashStates states(run.disk);
  (void)folder.fresh("states");
  for (std::size_t position = 0; position <= run.disk.log().size(); ++position) {
    states.advance(position);
    Coins all = Coins::enumerated(UINT64_MAX);
    states.write(all, whole_writes, folder.fresh("all"));
    if (all.asked() > 8) continue;
    for (std::uint64_t bits = 0; bits < UINT64_C(1) << all.asked(); ++bits) {
      Coins coins = Coins::enumerated(bits);
      keep(run, states, coins, whole_writes, position);
    }
  }
  CHECK(states_written > 100);
  const std::string wrong = judge();
  CHECK_TRUE_TEXT(wrong.empty(), wrong.c_str());
}

TEST(PowerCut, a_forgotten_sync_of_the_frames_is_seen) { check_loss_without(".part"); }

TEST(PowerCut, a_forgotten_sync_of_the_journal_is_seen) { check_loss_without(".journal"); }

TEST(PowerCut, a_forgotten_sync_of_a_folder_is_seen) { check_loss_without("/"); }

TEST(PowerCut, a_forgotten_sync_of_the_manifest_is_seen) { check_loss_without(".new"); }
