#include "daemon/run_state.hpp"

#include <CppUTest/TestHarness.h>

#include "daemon/run_identity.hpp"
#include "support/manual_clock.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

TEST_GROUP(RunState) {
  TemporaryFolder folder;
  ManualClock clock;
  Rig rig;
  Json document = {{"experiment", "e"}};

  void setup() override {
    rig.experiment = "e";
    rig.device = "d";
    rig.run.duration_s = 100.0;
  }
  RunState open() const {
    auto state = RunState::open(system_files(), folder.path());
    if (!state) FAIL(state.error().message.c_str());
    return std::move(*state);
  }
  RunIdentity identify(const RunState& state, bool service) {
    auto identity = identify_run(state, rig, document, service, std::nullopt, clock);
    if (!identity) FAIL(identity.error().message.c_str());
    return std::move(*identity);
  }
};

TEST(RunState, a_second_owner_of_the_store_is_refused_and_told_who_has_it) {
  const RunState first = open();
  const auto second = RunState::open(system_files(), folder.path());
  CHECK_FALSE(second.has_value());
  STRCMP_CONTAINS(std::to_string(::getpid()).c_str(), second.error().message.c_str());
}

TEST(RunState, an_equal_rig_is_no_new_generation) {
  const RunState state = open();
  CHECK_EQUAL(1, *state.add_config(document, {}));
  CHECK_EQUAL(1, *state.add_config(document, {}));
  document["experiment"] = "f";
  CHECK_EQUAL(2, *state.add_config(document, {}));
  CHECK(*state.config(2) == document);
}

TEST(RunState, generations_say_when_they_came_and_from_whom) {
  const RunState state = open();
  CHECK_EQUAL(1, *state.add_config(document, {0, "2026-01-02T03:04:05Z", "the rig's file", true}));
  document["experiment"] = "f";
  CHECK_EQUAL(2,
              *state.add_config(document, {0, "2026-01-03T03:04:05Z", "PATCH from 10.0.0.7", false, 20, {"/device"}}));
  const auto notes = state.notes();
  CHECK_EQUAL(2, notes.size());
  CHECK_EQUAL(2, notes[1].number);
  STRCMP_EQUAL("PATCH from 10.0.0.7", notes[1].origin.c_str());
  CHECK_EQUAL(20U, notes[1].changes);
  CHECK(notes[1].changed == std::vector<std::string>{"/device"});
  STRCMP_EQUAL("2026-01-02T03:04:05Z", notes[0].utc.c_str());
  CHECK(state.last_from_file() == Json({{"experiment", "e"}}));
}

TEST(RunState, a_generation_that_a_crash_left_half_written_is_not_in_force) {
  const RunState state = open();
  CHECK_EQUAL(1, *state.add_config(document, {}));
  // What replace_text() leaves when it is killed before the rename.
  CHECK(replace_text(system_files(), (folder / "state") / "config-2.json.new", "{\"rig\": {").has_value());
  CHECK_EQUAL(1, state.latest_generation());
}

TEST(RunState, an_intent_that_is_not_one_is_an_error_that_names_the_file) {
  const RunState state = open();
  CHECK(replace_text(system_files(), (folder / "state") / "intent.json", "{}").has_value());
  const auto intent = state.intent();
  CHECK_FALSE(intent.has_value());
  STRCMP_CONTAINS("intent.json", intent.error().message.c_str());
}

TEST(RunState, a_person_who_names_another_rig_than_the_interrupted_run_has_is_refused) {
  const RunState state = open();
  CHECK(state.write_intent(identify(state, false).intent).has_value());
  document["experiment"] = "edited";
  const auto refused = identify_run(state, rig, document, false, std::nullopt, clock);
  CHECK_FALSE(refused.has_value());
  CHECK(refused.error().wrong_use);
}

TEST(RunState, an_interrupted_run_of_a_service_goes_on_with_its_own_rig) {
  const RunState state = open();
  const RunIdentity begun = identify(state, true);
  CHECK(state.write_intent(begun.intent).has_value());
  clock.advance(50s);
  const Json old = std::exchange(document, Json{{"experiment", "edited"}});
  const RunIdentity again = identify(state, true);
  CHECK(again.continued);
  CHECK_EQUAL(begun.intent.run, again.intent.run);
  CHECK(again.document == old);
}

TEST(RunState, after_its_planned_end_a_run_is_not_continued) {
  const RunState state = open();
  CHECK(state.write_intent(identify(state, false).intent).has_value());
  clock.advance(101s);
  CHECK_FALSE(identify(state, false).continued);
}

TEST(RunState, a_service_whose_run_is_over_stays_idle_until_the_rig_changes) {
  const RunState state = open();
  RunIdentity begun = identify(state, true);
  begun.intent.over = true;
  CHECK(state.write_intent(begun.intent).has_value());
  CHECK(identify(state, true).idle);
  document["experiment"] = "next";
  CHECK_FALSE(identify(state, true).idle);
}

TEST(RunState, an_interrupted_run_goes_on_with_the_newest_generation) {
  const RunState state = open();
  CHECK(state.write_intent(identify(state, true).intent).has_value());
  const Json changed = {{"experiment", "e"}, {"device", "x"}};
  CHECK_EQUAL(2, *state.add_config(changed, {0, "", "PATCH", false}));
  const RunIdentity again = identify(state, true);
  CHECK(again.continued);
  CHECK_EQUAL(2, again.intent.generation);
  CHECK(again.document == changed);
}

TEST(RunState, a_change_over_the_network_is_no_other_rig_of_the_command_line) {
  const RunState state = open();
  RunIdentity begun = identify(state, true);
  begun.intent.over = true;
  CHECK(state.write_intent(begun.intent).has_value());
  CHECK_EQUAL(2, *state.add_config({{"experiment", "e"}, {"device", "x"}}, {0, "", "PATCH", false}));
  const RunIdentity again = identify(state, true);
  CHECK(again.idle);
  CHECK(again.document == Json({{"experiment", "e"}, {"device", "x"}}));
}
