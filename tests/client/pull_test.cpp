#include "client/pull.hpp"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>

#include "control/made_up_device.hpp"
#include "control/routes.hpp"
#include "control/sample_store.hpp"
#include "control/server.hpp"
#include "support/faulty_files.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

// The device's own server over a store with two sealed files, of which it thinks the first pulled.
TEST_GROUP(Pull) {
  SampleStore store;
  MadeUpDevice device;
  std::unique_ptr<Server> server;
  TemporaryFolder folder;
  PullMeter meter;

  void setup() override {
    std::signal(SIGPIPE, SIG_IGN);  // as in every program that holds a server: clients may go while it sends a file
    device.store = store.path();
    device.state = "idle";
    auto started = Server::start({.listen = "127.0.0.1:0"}, control_routes(device));
    CHECK(started.has_value());
    server = std::move(*started);
  }
  [[nodiscard]] PullRequest request() const {
    PullRequest wanted;
    wanted.access.address = {"127.0.0.1", server->port(), false};
    wanted.directory = folder / "here";
    return wanted;
  }
  [[nodiscard]] std::filesystem::path here(const std::string& name) const { return folder / "here/night-1" / name; }
  static std::string text_of(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }
  void both_are_here() const {
    STRCMP_EQUAL(store.first.c_str(), text_of(here("plate-a/one.h5")).c_str());
    STRCMP_EQUAL(store.second.c_str(), text_of(here("plate-a/two.h5")).c_str());
    CHECK(!std::filesystem::exists(here("plate-a/two.h5.partial")));
  }
  static std::string refusal(const Result<PullOutcome>& outcome) { return outcome ? "" : outcome.error().message; }
};

TEST(Pull, what_is_sealed_comes_and_the_device_is_told_once) {
  {
    const auto outcome = pull(system_files(), request(), meter);
    CHECK_TEXT(outcome.has_value(), refusal(outcome).c_str());
    both_are_here();
    STRCMP_EQUAL(text_of(store.run() / "run.json").c_str(), text_of(here("run.json")).c_str());
    LONGS_EQUAL(2, outcome->files);
    LONGS_EQUAL(store.first.size() + store.second.size(), outcome->bytes);
    LONGS_EQUAL(1, outcome->open);
    CHECK(outcome->noted && !outcome->run.current);
  }
  const auto note = "pulled night-1 plate-a/two.h5 " + SampleStore::sha256(store.second);
  LONGS_EQUAL(1, device.asked.size());
  STRCMP_EQUAL(note.c_str(), device.asked[0].c_str());
  LONGS_EQUAL(meter.total, meter.done);
}

TEST(Pull, what_is_there_is_not_fetched_again) {
  CHECK(pull(system_files(), request(), meter).has_value());
  const auto again = pull(system_files(), request(), meter);
  LONGS_EQUAL(0, again->files);
  LONGS_EQUAL(2, again->there);
  LONGS_EQUAL(0, again->bytes);
}

TEST(Pull, a_half_file_that_is_damaged_is_fetched_again_from_its_beginning) {
  std::filesystem::create_directories(here("plate-a"));
  std::ofstream(here("plate-a/two.h5.partial")) << std::string(1000, 'y');
  const auto outcome = pull(system_files(), request(), meter);
  CHECK_TEXT(outcome.has_value(), refusal(outcome).c_str());
  both_are_here();
  LONGS_EQUAL(meter.total, meter.done);
}

TEST(Pull, a_file_that_never_has_its_checksum_gets_no_name) {
  store.write("night-1/plate-a/bad.h5", "bad");
  store.write_manifest(Json::array({SampleStore::entry("plate-a/bad.h5", 3, std::string(64, '0'))}));
  const auto outcome = pull(system_files(), request(), meter);
  STRCMP_CONTAINS("plate-a/bad.h5: has another SHA-256", refusal(outcome).c_str());
  CHECK(!std::filesystem::exists(here("plate-a/bad.h5")));
}

TEST(Pull, a_file_of_the_same_name_that_is_another_stays_and_is_told) {
  std::filesystem::create_directories(here("plate-a"));
  std::ofstream(here("plate-a/two.h5")) << "mine";
  STRCMP_CONTAINS("is not what the device has", refusal(pull(system_files(), request(), meter)).c_str());
  STRCMP_EQUAL("mine", text_of(here("plate-a/two.h5")).c_str());
}

TEST(Pull, what_the_device_says_was_pulled_is_hashed_when_that_is_asked_for) {
  std::filesystem::create_directories(here("plate-a"));
  std::ofstream(here("plate-a/one.h5")) << "012345678X";
  auto wanted = request();
  CHECK(pull(system_files(), wanted, meter).has_value());
  wanted.look_again = true;
  STRCMP_CONTAINS("one.h5: is there and is not", refusal(pull(system_files(), wanted, meter)).c_str());
}

TEST(Pull, too_little_room_is_told_before_anything_comes) {
  FaultyFiles files;
  files.free = 1000;
  STRCMP_CONTAINS("free some space", refusal(pull(files, request(), meter)).c_str());
  CHECK(!std::filesystem::exists(here("plate-a")));
}

TEST(Pull, whatever_the_disk_refuses_the_next_pull_ends_right) {
  auto wanted = request();
  wanted.at_once = 1;  // the operations come in one order
  FaultyFiles counting;
  CHECK(pull(counting, wanted, meter).has_value());
  for (std::uint64_t at = 1; at <= counting.counted(); ++at) {
    std::filesystem::remove_all(folder / "here");
    FaultyFiles files;
    files.fail_at = at;
    files.error = ENOSPC;
    files.fail_for_good = true;
    (void)pull(files, wanted, meter);
    for (const char* name : {"plate-a/one.h5", "plate-a/two.h5"}) {
      const auto& whole = name[8] == 'o' ? store.first : store.second;
      if (std::filesystem::exists(here(name))) STRCMP_EQUAL(whole.c_str(), text_of(here(name)).c_str());
    }
    const auto again = pull(system_files(), wanted, meter);
    CHECK_TEXT(again.has_value(), refusal(again).c_str());
    both_are_here();
  }
}

TEST(Pull, one_that_is_no_longer_wanted_ends) {
  auto wanted = request();
  wanted.wanted = [] { return false; };
  LONGS_EQUAL(ECANCELED, pull(system_files(), wanted, meter).error().error_number);
}

TEST(Pull, a_device_that_cannot_note_what_was_pulled_gives_it_all_the_same) {
  device.answer = tl::make_unexpected(Refusal{500, "no room for the note"});
  const auto outcome = pull(system_files(), request(), meter);
  CHECK_TEXT(outcome.has_value(), refusal(outcome).c_str());
  both_are_here();
  CHECK(!outcome->noted);
  STRCMP_CONTAINS("no room for the note", outcome->notes.at(0).c_str());
}

TEST(Pull, nobody_at_the_address_is_told_at_once) {
  auto wanted = request();
  server.reset();
  STRCMP_CONTAINS("no daemon answers", refusal(pull(system_files(), wanted, meter)).c_str());
}
