#include "daemon/service.hpp"

#include <CppUTest/TestHarness.h>

#include <fstream>

#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(Service) {
  TemporaryFolder folder;
  std::atomic<StopRequest> stop{StopRequest::none};
  Json rig = {
      {"experiment", "e"},
      {"device", "d"},
      {"cameras",
       {{{"name", "cam"},
         {"source", {{"pipeline", "test"}, {"width_px", 64}, {"height_px", 48}, {"fps", 100}, {"frames", 30}}}}}},
      {"store", {{"directory", (folder / "store").string()}, {"reserve_mib", 0}}},
      {"control", {{"listen", ""}}}};
};

TEST(Service, records_the_run_to_its_end_and_seals_it) {
  const auto service = Service::open(rig, folder / "rig.json", {});
  if (!service) FAIL(service.error().message.c_str());
  const auto summary = (*service)->run(stop, [](const Progress&) {});
  if (!summary) FAIL(summary.error().message.c_str());
  CHECK_FALSE(summary->fault.has_value());
  CHECK_EQUAL(1, summary->files.size());
  CHECK(std::filesystem::exists(summary->files[0]));
  CHECK_EQUAL(30, summary->facts["cameras"][0]["ledger"]["delivered"].get<int>());
}

TEST(Service, that_lives_on_waits_when_its_run_is_over) {
  const auto service = Service::open(rig, folder / "rig.json", {std::nullopt, true});
  if (!service) FAIL(service.error().message.c_str());
  bool over = false;
  const auto summary = (*service)->run(stop, [&](const Progress& progress) {
    // The first look after the last frame; nothing but the wish for the end ends it.
    if (std::exchange(over, progress.delivered == 30) && progress.delivered == 30) stop = StopRequest::terminate;
  });
  if (!summary) FAIL(summary.error().message.c_str());
  CHECK(stop.load() == StopRequest::terminate);
  CHECK(std::filesystem::exists(folder / "store" / "state" / "config-1.json"));
}

TEST(Service, a_rig_with_a_mistake_is_refused_before_anything_is_written) {
  rig["cameras"][0]["slots"] = 0;
  const auto service = Service::open(rig, folder / "rig.json", {});
  CHECK_FALSE(service.has_value());
  CHECK(service.error().wrong_use);
  CHECK_FALSE(std::filesystem::exists(folder / "store"));
}
