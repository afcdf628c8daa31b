#include "cli/bench_advice.hpp"

#include <CppUTest/TestHarness.h>

#include "cli/made_up_machine.hpp"

using namespace tarsier;

namespace {

// A million pixels a second for each frame a second.
constexpr ImageSize megapixel{1000, 1000};

}  // namespace

TEST_GROUP(BenchAdvice) {
  MachineSpeed speed = made_up_machine();
  const CodecSpeed& none() { return speed.codecs[0]; }
  const CodecSpeed& deflate() { return speed.codecs[1]; }

  void is_limited(Limit limit, std::uint64_t cameras, const Capacity& capacity) {
    STRCMP_EQUAL(to_text(limit), to_text(capacity.limit));
    CHECK_EQUAL(cameras, capacity.cameras);
  }
};

TEST(BenchAdvice, uncompressed_frames_are_limited_by_the_disk) {
  // 9 MB/s each of 70 MB/s.
  is_limited(Limit::disk, 7, capacity(speed, none(), {megapixel, 9}));
}

TEST(BenchAdvice, compressed_frames_are_limited_by_the_processor) {
  speed.disk.bytes_per_s = 1e9;
  // 63 ms of work a second each, of 1.4 s.
  is_limited(Limit::processor, 22, capacity(speed, deflate(), {megapixel, 9}));
}

TEST(BenchAdvice, slow_kernels_make_the_processor_the_limit) {
  speed.disk.bytes_per_s = 1e12;
  speed.kernels.fused_s = 38.25e-9;
  // 401.25 ms of work a second each, of 1.4 s.
  is_limited(Limit::processor, 3, capacity(speed, none(), {megapixel, 10}));
  speed.cores = 8;
  is_limited(Limit::processor, 13, capacity(speed, none(), {megapixel, 10}));
}

TEST(BenchAdvice, slow_memory_is_the_limit_however_many_cores_there_are) {
  speed.disk.bytes_per_s = 1e12;
  speed.cores = 64;
  speed.memory_bytes_per_s = 4e9;
  // 390 MB/s each of 2.8 GB/s.
  is_limited(Limit::memory, 7, capacity(speed, none(), {megapixel, 10}));
}

TEST(BenchAdvice, a_camera_that_is_too_much_is_carried_no_times) {
  is_limited(Limit::disk, 0, capacity(speed, none(), {megapixel, 71}));
}

TEST(BenchAdvice, three_sizes_at_three_rates_are_tried) {
  const auto list = capacities(speed, deflate());
  CHECK_EQUAL(std::size_t{9}, list.size());
  CHECK(list.front().camera.size == (ImageSize{640, 480}) && list.front().camera.frames_per_s == 1);
  CHECK(list.back().camera.size == (ImageSize{1920, 1080}) && list.back().camera.frames_per_s == 30);
  for (std::size_t i = 1; i < list.size(); ++i)
    if (i % 3 != 0) CHECK(list[i].cameras <= list[i - 1].cameras);
}

TEST(BenchAdvice, among_codecs_that_carry_enough_the_smallest_files_win) {
  CHECK_EQUAL(1U, best_codec(speed, {megapixel, 1}).level);
  speed.codecs[2].share = 0.4;
  CHECK_EQUAL(6U, best_codec(speed, {megapixel, 1}).level);
}

TEST(BenchAdvice, a_level_that_saves_less_than_a_twentieth_is_not_worth_it) {
  speed.codecs[2].share = 0.48;
  CHECK_EQUAL(1U, best_codec(speed, {megapixel, 1}).level);
}

TEST(BenchAdvice, a_codec_that_readers_need_a_plugin_for_is_never_proposed) {
  speed.codecs.push_back({Codec::bitshuffle_lz4, 0, 9e9, 0.01});
  for (const double rate : {1.0, 30.0, 200.0}) {
    CHECK(best_codec(speed, {megapixel, rate}).codec != Codec::bitshuffle_lz4);
  }
}

TEST(BenchAdvice, frames_that_one_thread_cannot_compress_get_more_of_them) {
  // 5 ns a pixel are 0.75 s of work a second, and a core gives 0.7.
  CHECK_EQUAL(2U, advise(speed, {megapixel, 150}).codec_threads);
  CHECK_EQUAL(1U, advise(speed, {megapixel, 130}).codec_threads);
}

TEST(BenchAdvice, frames_that_come_too_fast_for_deflate_are_not_compressed) {
  speed.disk.bytes_per_s = 10e9;
  CHECK(best_codec(speed, {megapixel, 300}).codec == Codec::none);
}

TEST(BenchAdvice, slots_and_backlog_outlast_the_longest_stall) {
  const Advice advice = advise(speed, {megapixel, 30});
  // Twice 0.4 s at 30 frames/s are 24 frames; 4 more.
  CHECK_EQUAL(28U, advice.slots);
  CHECK_EQUAL(3U, advice.backlog_s);
  speed.disk.stall_worst_s = 2.5;
  CHECK_EQUAL(156U, advise(speed, {megapixel, 30}).slots);
  CHECK_EQUAL(8U, advise(speed, {megapixel, 30}).backlog_s);
}

TEST(BenchAdvice, frames_that_wait_take_an_eighth_of_the_memory_at_most) {
  speed.disk.stall_worst_s = 1e6;
  // 512 MiB hold 512 frames of 1024x1024.
  CHECK_EQUAL(512U, advise(speed, {{1024, 1024}, 100}).slots);
}

TEST(BenchAdvice, proposed_numbers_stay_in_the_range_of_their_keys) {
  speed.disk.stall_worst_s = 1e6;
  speed.disk.bytes_per_s = 1;
  const Advice slow = advise(speed, {{65535, 65535}, 10000});
  CHECK_EQUAL(16U, slow.slots);
  CHECK_EQUAL(4096U, advise(speed, {{64, 64}, 10000}).slots);
  CHECK_EQUAL(600U, slow.backlog_s);
  CHECK_EQUAL(256U, slow.segment_mib);
  CHECK_EQUAL(600U, slow.segment_s);
  CHECK_EQUAL(2U, slow.threads);
  speed.disk = {1e12, 1e-6, 1e-6, 1e-6, 3, 1, 1};
  const Advice fast = advise(speed, {{1, 1}, 0.001});
  CHECK_EQUAL(16U, fast.slots);
  CHECK_EQUAL(3U, fast.backlog_s);
  CHECK_EQUAL(4096U, fast.segment_mib);
  CHECK_EQUAL(7200U, fast.segment_s);
  CHECK_EQUAL(1U, fast.threads);
}

TEST(BenchAdvice, a_segment_is_what_the_disk_moves_in_half_a_minute) {
  // 3 GB, of which 2048 MiB is the power of two below; 5 MB/s fill it in 429.5 s.
  const Advice advice = advise(speed, {megapixel, 10});
  CHECK_EQUAL(2048U, advice.segment_mib);
  CHECK_EQUAL(600U, advice.segment_s);
  // 0.5 MB/s fill it in 4295 s: 72 minutes.
  CHECK_EQUAL(4320U, advise(speed, {megapixel, 1}).segment_s);
}

TEST(BenchAdvice, a_frame_that_is_too_much_for_one_core_gets_threads) {
  speed.cores = 4;
  // 2 ns a pixel are 0.8 s of work a second, and a core gives 0.7.
  CHECK_EQUAL(2U, advise(speed, {megapixel, 400}).threads);
  CHECK_EQUAL(1U, advise(speed, {megapixel, 340}).threads);
}

TEST(BenchAdvice, keys_are_those_of_a_rig) {
  const Json keys = rig_keys(advise(speed, {megapixel, 10}));
  STRCMP_EQUAL(
      R"({"cameras":[{"slots":16,"threads":1}],"store":{"codec":"deflate","deflate_level":1,"codec_threads":1,)"
      R"("segment_s":600,"segment_mib":2048,"backlog_s":3}})",
      keys.dump().c_str());
}
