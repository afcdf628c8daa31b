#include "cli/watch_view.hpp"

#include <CppUTest/TestHarness.h>

#include <algorithm>

using namespace tarsier;

namespace {

Json camera(const char* name) {
  Json one = Json::parse(
      R"({"state": "running", "rate_hz": 10.0, "rate_asked_hz": 10.0, "last_frame_age_ms": 100, "restarts": 0,
    "ring": {"slots": 16, "used": 4, "highest": 5}, "ledger": {"delivered": 1200, "stored": 1197,
    "dropped": {"ring_full": 3, "failed": 0}, "missed": {"driver": 0}},
    "stages": {"convert": {"mean_us": 410.0, "p99_us": 620.0, "max_us": 2100.0}}})");
  one["name"] = name;
  return one;
}

WatchState recording(std::vector<const char*> names = {"plate"}) {
  WatchState state;
  state.device = "pi-left";
  state.clock = "13:45:02";
  state.status = Json::parse(R"({"state": "recording", "run": "night", "version": "0.1.0", "uptime_s": 61,
    "memory": {"budget_bytes": 209715200, "planned_bytes": 104857600, "resident_bytes": 52428800},
    "clock": {"synchronised": true, "uncertainty_s": 0.003},
    "board": {"temperatures": [{"name": "cpu-thermal", "celsius": 52.34}]},
    "disk": {"free_bytes": 1073741824, "written_bytes_per_s": 1048576.0, "hours_left": 0.5}})");
  state.status["cameras"] = Json::array();
  for (const auto* name : names) state.status["cameras"].push_back(camera(name));
  state.activity = {{"well-1", {0, 5, 10}}, {"well-2", {1, std::nullopt, 2}}};
  return state;
}

std::string text_of(const WatchView& view) {
  std::string text;
  for (const auto& line : view.lines) text += plain_text(line) + "\n";
  return text;
}

std::string shown(const WatchState& state, const WatchChoice& choice = {}, ScreenSize size = {80, 40}) {
  return text_of(watch_view(state, choice, size));
}

Style style_of(const WatchView& view, const char* words) {
  for (const auto& line : view.lines)
    for (const auto& span : line)
      if (span.text.find(words) != std::string::npos) return span.style;
  FAIL("these words are not there");
  return Style::plain;
}

}  // namespace

TEST_GROUP(WatchView){};

TEST(WatchView, a_recording_is_told_on_one_screen) {
  const auto text = shown(recording());
  for (const auto* words :
       {" tarsier  pi-left  recording", "13:45:02 \n", " run         night\n",
        "█████░░░░░░░░░░░░░░░  50.0 MiB of 200.0 MiB", " board       clock right within 3 ms, cpu-thermal 52.3 °C\n",
        "1.0 GiB free, 1.0 MiB/s written, full in 30:00",
        "plate  running · 10/s of 10/s asked · last frame 0.1 s ago\n",
        "1,200 received · 1,197 stored · 3 dropped (3 ring_full) · 0 missed",
        "█████░░░░░░░░░░░░░░░  4 of 16 slots, most 5", "mean          0.41", "99 of 100     0.62", "longest       2.10",
        "▁▅█", "well-1", "q quit"}) {
    STRCMP_CONTAINS(words, text.c_str());
  }
}

TEST(WatchView, losses_are_red_and_what_runs_is_green) {
  const auto view = watch_view(recording(), {}, {80, 40});
  CHECK(style_of(view, "3 dropped (3") == Style::bad);
  CHECK(style_of(view, "0 missed") == Style::plain);
  CHECK(style_of(view, "running") == Style::good);
}

TEST(WatchView, problems_stand_above_the_cameras_and_their_absence_is_said) {
  auto state = recording();
  const auto text = shown(state);
  CHECK(text.find(" ! plate: 3 dropped: every slot was full") < text.find("plate  running"));
  state.status["cameras"][0]["ledger"]["dropped"]["ring_full"] = 0;
  state.status["disk"].erase("hours_left");
  STRCMP_CONTAINS(" ✓ nothing is wrong\n", shown(state).c_str());
}

TEST(WatchView, it_fills_any_screen_and_never_more) {
  for (const std::size_t columns : {1, 2, 20, 79, 300})
    for (const std::size_t rows : {0, 1, 2, 3, 10, 100}) {
      const auto view = watch_view(recording({"a", "b"}), {}, {columns, rows});
      CHECK_EQUAL(rows, view.lines.size());
      for (const auto& line : view.lines) CHECK(width_of(line) <= columns);
    }
}

TEST(WatchView, what_does_not_fit_is_scrolled_to) {
  const auto state = recording({"a", "b", "c"});
  const auto top = watch_view(state, {}, {80, 10});
  STRCMP_CONTAINS("more below", plain_text(top.lines.back()).c_str());
  const auto end = watch_view(state, {.scrolled = 1000}, {80, 10});
  CHECK(end.scrolled > 0 && end.scrolled < 100);
  STRCMP_CONTAINS("end", plain_text(end.lines.back()).c_str());
  STRCMP_CONTAINS(" c  running", text_of(watch_view(state, {.scrolled = end.scrolled}, {80, 10})).c_str());
}

TEST(WatchView, the_chosen_camera_alone_shows_its_stages) {
  const auto text = shown(recording({"a", "b"}), {.camera = 3});
  CHECK(text.find("stages") != std::string::npos && text.find("stages") > text.find("▸ b"));
  CHECK(text.find("stages") == text.rfind("stages"));
}

TEST(WatchView, a_lost_device_shows_since_when_and_what_it_said_last) {
  auto state = recording();
  state.silent_s = 12.3;
  state.trouble = "no daemon answers at pi-left";
  const auto text = shown(state);
  STRCMP_CONTAINS(" no answer since 12 s; trying again\n   no daemon answers at pi-left\n", text.c_str());
  STRCMP_CONTAINS("what it said last\n", text.c_str());
  STRCMP_CONTAINS("plate  running", text.c_str());
  state.status = nullptr;
  CHECK(shown(state).find("said last") == std::string::npos);
}

TEST(WatchView, a_terminal_without_unicode_gets_ascii) {
  auto state = recording();
  state.activity[0].name = "früh";
  for (const unsigned char letter : shown(state, {.unicode = false})) CHECK(letter < 0x80);
}

TEST(WatchView, ninety_six_wells_stand_side_by_side) {
  auto state = recording();
  state.activity.assign(96, {"well", {1, 2, 3}});
  std::size_t lines = 0;
  for (const auto& line : watch_view(state, {}, {160, 200}).lines)
    lines += plain_text(line).find("well") != std::string::npos;
  CHECK_EQUAL(std::size_t{20}, lines);
}

TEST(WatchView, a_document_of_another_shape_is_no_crash) {
  for (const auto* text : {"[]", "3", R"({"cameras": 3, "memory": [], "disk": {}})", R"({"cameras": [null, {}]})",
                           R"({"cameras": [{"ledger": {"dropped": 3}, "stages": []}]})"}) {
    WatchState state;
    state.status = Json::parse(text);
    CHECK_EQUAL(std::size_t{24}, watch_view(state, {}, {}).lines.size());
  }
}
