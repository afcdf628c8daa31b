#include "control/metrics.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

namespace {

Json sample_status() {
  const Json times = {{"count", 9}, {"mean_us", 1500}, {"p99_us", 2000}, {"max_us", 3000}};
  const Json camera = {
      {"name", "plate \"a\""},
      {"state", "running"},
      {"ledger", {{"delivered", 7}, {"stored", 5}, {"dropped", {{"ring_full", 2}, {"disk_full", 0}}}, {"repeated", 1}}},
      {"samples", {{"expected", 8}, {"taken", 7}, {"missed", 1}}},
      {"rate_hz", 9.5},
      {"rate_asked_hz", 10},
      {"last_frame_age_ms", 250},
      {"restarts", 3},
      {"ring", {{"slots", 16}, {"used", 1}, {"highest", 4}}},
      {"stages", {{"convert", times}}}};
  return {{"state", "recording"},
          {"version", "1.2.3"},
          {"uptime_s", 60.5},
          {"cameras", {camera}},
          {"memory",
           {{"budget_bytes", 1000}, {"resident_bytes", 900}, {"consumers", {{{"name", "a: slots"}, {"bytes", 64}}}}}},
          {"clock", {{"synchronised", true}, {"offset_s", -0.25}, {"uncertainty_s", nullptr}}},
          {"board",
           {{"temperatures", {{{"name", "cpu-thermal"}, {"celsius", 48.5}}}},
            {"processors", {{{"name", "policy0"}, {"mhz", 600}, {"limit_mhz", 1000}, {"most_mhz", 1500}}}},
            {"throttling", {{"throttled", {{"now", true}, {"since_boot", false}}}}}}},
          {"disk", {{"free_bytes", 5000}, {"hours_left", nullptr}, {"full", false}, {"sync", times}}}};
}

}  // namespace

TEST_GROUP(Metrics) {
  std::string text = metrics_text(sample_status());

  void has(const std::string& line) { STRCMP_CONTAINS(("\n" + line + "\n").c_str(), text.c_str()); }
};

TEST(Metrics, the_ledger_is_counted_by_camera_and_cause) {
  has("# TYPE tarsier_frames_dropped_total counter");
  has("tarsier_frames_delivered_total{camera=\"plate \\\"a\\\"\"} 7");
  has("tarsier_frames_dropped_total{camera=\"plate \\\"a\\\"\",cause=\"ring_full\"} 2");
  has("tarsier_samples_total{camera=\"plate \\\"a\\\"\",cause=\"missed\"} 1");
}

TEST(Metrics, times_are_in_seconds) {
  has("tarsier_last_frame_age_seconds{camera=\"plate \\\"a\\\"\"} 0.25");
  has("tarsier_stage_seconds{camera=\"plate \\\"a\\\"\",stage=\"convert\",stat=\"p99\"} 0.002");
  has("tarsier_disk_seconds{operation=\"sync\",stat=\"max\"} 0.003");
}

TEST(Metrics, the_state_is_one_of_five) {
  has("tarsier_state{state=\"recording\"} 1");
  has("tarsier_state{state=\"faulted\"} 0");
}

TEST(Metrics, memory_and_disk_are_there) {
  has("tarsier_memory_resident_bytes 900");
  has("tarsier_disk_free_bytes 5000");
  has("tarsier_disk_full 0");
  has("tarsier_memory_consumer_bytes{consumer=\"a: slots\"} 64");
}

TEST(Metrics, the_rate_asked_stands_beside_the_measured_one) {
  has("tarsier_frame_rate_hertz{camera=\"plate \\\"a\\\"\"} 9.5");
  has("tarsier_frame_rate_asked_hertz{camera=\"plate \\\"a\\\"\"} 10");
}

TEST(Metrics, clock_and_board_are_there) {
  has("tarsier_clock_synchronised 1");
  has("tarsier_clock_offset_seconds -0.25");
  has("tarsier_board_temperature_celsius{sensor=\"cpu-thermal\"} 48.5");
  has("tarsier_board_clock_limit_hertz{group=\"policy0\"} 1000000000");
  has("tarsier_board_throttling{flag=\"throttled\",when=\"now\"} 1");
  has("tarsier_board_throttling{flag=\"throttled\",when=\"since_boot\"} 0");
}

TEST(Metrics, what_is_not_known_is_left_out) {
  CHECK(text.find("hours_left") == std::string::npos);
  const auto bare = metrics_text(Json{{"state", "idle"}, {"cameras", nullptr}});
  for (const char* family : {"tarsier_disk", "tarsier_clock", "tarsier_board"})
    CHECK(bare.find(family) == std::string::npos);
  CHECK(text.find("clock_uncertainty") == std::string::npos);
  STRCMP_CONTAINS("tarsier_state{state=\"idle\"} 1", bare.c_str());
}
