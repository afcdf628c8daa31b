#include "daemon/rig_plan.hpp"

#include <CppUTest/TestHarness.h>

#include "daemon/fixed_costs.hpp"
#include "frame/frame_ring.hpp"
#include "store/recorder.hpp"

using namespace tarsier;

TEST_GROUP(RigPlan) {
  Rig rig;
  ResolvedCamera camera;

  // A live gray camera of 1000x1000 at 10 frames a second.
  void setup() override {
    rig.experiment = "plan";
    rig.memory.budget_mib = 4096;
    camera.config.name = "plate";
    camera.pipeline.name = "v4l2";
    camera.pipeline.plugin_memory = mebibytes(4);
    camera.facts.size = {1000, 1000};
    camera.facts.frames_per_s = 10;
    camera.stored = {1000, 1000};
    camera.nominal_interval_s = 0.1;
  }
  [[nodiscard]] Plan plan() const { return plan_rig(rig, {&camera, 1}, mebibytes(36000)); }
  [[nodiscard]] Plan plan_with(std::uint32_t slots) {
    camera.config.slots = slots;
    return plan();
  }
  static std::uint64_t share(const Plan& plan, const std::string& name) {
    for (const MemoryConsumer& consumer : plan.consumers) {
      if (consumer.name == name) return consumer.bytes.count;
    }
    return 0;
  }
  // The remedy that speaks of `key`, and the value that it proposes: "/memory/budget_mib from 16 to 77".
  static std::optional<Remedy> remedy_for(const std::string& key, const Plan& plan) {
    for (const Remedy& remedy : plan.remedies) {
      if (remedy.text.find(key) != std::string::npos) return remedy;
    }
    FAIL(("no remedy for " + key).c_str());
    return std::nullopt;
  }
  static std::uint32_t proposed(const Remedy& remedy) {
    return static_cast<std::uint32_t>(std::stoul(remedy.text.substr(remedy.text.find(" to ") + 4)));
  }
};

TEST(RigPlan, each_slot_costs_one_frame_and_its_margin) {
  const Plan few = plan_with(8);
  const Plan many = plan_with(24);
  CHECK_EQUAL(FrameRing::cost(16, 1000000).count, share(many, "plate: frame slots") - share(few, "plate: frame slots"));
}

TEST(RigPlan, what_the_arena_holds_is_part_of_the_total) {
  CHECK_TRUE(plan().arena > Bytes{0});
  CHECK_TRUE(plan().arena < plan().total());
}

TEST(RigPlan, the_ring_of_a_live_camera_holds_its_slots_of_time) {
  const Plan result = plan_with(20);
  CHECK_FALSE(result.cameras[0].lossless);
  DOUBLES_EQUAL(2.0, result.cameras[0].buffered_s, 1e-9);
}

TEST(RigPlan, the_default_backlog_survives_three_seconds_of_disk_stall) {
  CHECK_TRUE(plan().cameras[0].stall_survived_s >= 3.0);
}

TEST(RigPlan, a_longer_backlog_costs_memory_and_survives_longer) {
  rig.store.backlog_s = 3;
  const Plan shorter = plan();
  rig.store.backlog_s = 10;
  CHECK_TRUE(plan().total() > shorter.total());
  CHECK_TRUE(plan().cameras[0].stall_survived_s >= 10.0);
}

TEST(RigPlan, each_codec_thread_takes_a_compressor_a_stack_and_a_chunk_of_every_camera) {
  rig.store.backlog_s = 3;
  const Plan one = plan();
  rig.store.codec_threads = 3;
  const Plan three = plan();
  CHECK_EQUAL(Recorder::fixed_cost(Codec::deflate, 1, 3).count - Recorder::fixed_cost(Codec::deflate, 1).count,
              share(three, "codec") - share(one, "codec"));
  CHECK_TRUE(share(three, "threads") > share(one, "threads"));
  CHECK_TRUE(share(three, "plate: backlog and journal") >= share(one, "plate: backlog and journal") + 2 * 1000000);
}

TEST(RigPlan, the_disk_is_full_when_frames_at_their_rate_have_filled_it_to_the_reserve) {
  DOUBLES_EQUAL(10.0, plan().disk_megabytes_per_s, 1e-9);
  DOUBLES_EQUAL((36000 - 512) * 1.048576 / 10.0 / 3600.0, plan().hours_until_full, 1e-9);
}

TEST(RigPlan, frames_that_are_not_kept_need_neither_backlog_nor_disk) {
  const Plan kept = plan();
  camera.config.keep.frames = KeepFrames::none;
  CHECK_TRUE(plan().total() < kept.total());
  CHECK_EQUAL(0, plan().cameras[0].backlog_chunks);
  DOUBLES_EQUAL(0, plan().disk_megabytes_per_s, 0);
}

TEST(RigPlan, projections_take_memory_and_disk_also_where_no_frames_are_kept) {
  camera.config.keep.frames = KeepFrames::none;
  camera.config.reduce.projection = ProjectionConfig{2, {ImageKind::max, ImageKind::std}};
  // 1 byte and 4 bytes of each of a million pixels, every 2 s.
  DOUBLES_EQUAL(2.5, plan().disk_megabytes_per_s, 1e-9);
  CHECK_TRUE(share(plan(), "plate: background and projections") >= 2 * 1'000'000 + 3 * 4'000'000);
}

TEST(RigPlan, a_replayed_source_waits_and_says_so) {
  camera.pipeline.live = false;
  CHECK_TRUE(plan().cameras[0].lossless);
}

TEST(RigPlan, memory_of_the_driver_is_listed_apart) {
  CHECK_EQUAL(2, plan().elsewhere.size());
  camera.pipeline.live = false;
  CHECK_EQUAL(0, plan().elsewhere.size());
}

TEST(RigPlan, a_backlog_that_nobody_asked_for_gives_way_before_the_budget_is_refused) {
  const Plan full = plan();
  rig.memory.budget_mib = static_cast<std::uint32_t>(full.total().mebibytes()) - 8;
  CHECK_TRUE(plan().fits());
  CHECK_TRUE(plan().cameras[0].backlog_chunks < full.cameras[0].backlog_chunks);
}

TEST(RigPlan, a_backlog_that_was_asked_for_is_kept_and_the_budget_refused) {
  rig.store.backlog_s = 3;
  rig.memory.budget_mib = static_cast<std::uint32_t>(plan().total().mebibytes()) - 8;
  CHECK_FALSE(plan().fits());
}

TEST(RigPlan, over_budget_it_names_two_remedies_or_more_with_their_savings) {
  rig.memory.budget_mib = 16;
  const Plan result = plan();
  CHECK_FALSE(result.fits());
  CHECK_TRUE(result.remedies.size() >= 2);
  for (const Remedy& remedy : result.remedies) CHECK_TRUE(remedy.saves > Bytes{0});
}

TEST(RigPlan, the_budget_that_it_proposes_is_accepted) {
  rig.store.backlog_s = 3;
  rig.memory.budget_mib = 16;
  rig.memory.budget_mib = proposed(*remedy_for("/memory/budget_mib", plan()));
  CHECK_TRUE(plan().fits());
}

TEST(RigPlan, fewer_slots_save_what_the_remedy_promises) {
  rig.store.backlog_s = 3;
  const Plan before = plan_with(64);
  rig.memory.budget_mib = static_cast<std::uint32_t>(before.total().mebibytes()) - 20;
  const Plan over = plan();
  const auto fewer = remedy_for("/slots", over);
  const Plan after = plan_with(proposed(*fewer));
  CHECK_TRUE(over.total() - after.total() >= fewer->saves);
  CHECK_TRUE(after.fits());
}

TEST(RigPlan, who_may_look_on_costs_one_image_the_last_rows_two_threads_and_connections) {
  rig.control.listen = "127.0.0.1:0";
  camera.config.reduce.projection = ProjectionConfig{600, {ImageKind::mean, ImageKind::std}};
  const Plan watched = plan();
  rig.control.listen.clear();
  const Plan alone = plan();
  CHECK_EQUAL(4'000'000, watched.preview.count);
  CHECK_EQUAL(256, watched.cameras[0].history_rows);
  const Bytes threads{share(watched, "threads") - share(alone, "threads")};
  CHECK_EQUAL(2 * thread_touched_bytes, threads.count);
  const Bytes clients{share(watched, "control")};
  CHECK_EQUAL((watched.total() - alone.total()).count, (watched.arena - alone.arena + threads + clients).count);
  CHECK(clients > mebibytes(8));
  CHECK_EQUAL(0, alone.cameras[0].history_rows);
  CHECK_EQUAL(0, share(alone, "preview"));
  CHECK_EQUAL(0, share(alone, "control"));
  rig.control.listen = "127.0.0.1:0";
  rig.control.certificate_file = "certificate.pem";
  CHECK(share(plan(), "control") > clients.count);  // a connection with TLS takes more
}

TEST(RigPlan, a_live_camera_has_room_for_a_few_more_regions_than_it_begins_with) {
  camera.regions.resize(8);
  CHECK(camera.region_room() > 8);
  CHECK(camera.span_room() > camera.span_count());
}
