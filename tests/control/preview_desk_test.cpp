#include "control/preview_desk.hpp"

#include <CppUTest/TestHarness.h>

#include <future>
#include <optional>
#include <vector>

#include "control/made_up_image.hpp"

using namespace tarsier;

TEST_GROUP(PreviewDesk) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Done<Answer<FrameCopy>>> fetched;  // calls of the device that are not answered
  std::vector<unsigned> replies;                 // their statuses
  std::optional<PreviewDesk> desk{std::in_place};

  void ask() {
    desk->ask(
        [this](Done<Answer<FrameCopy>> done) {
          const std::lock_guard lock(mutex);
          fetched.push_back(std::move(done));
          changed.notify_all();
        },
        [](ImageEncoder&, const FrameCopy&) { return Response{}; },
        [this](const Response& response) {
          const std::lock_guard lock(mutex);
          replies.push_back(response.status);
          changed.notify_all();
        },
        "/frame");
  }
  void wait_for_fetch() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return !fetched.empty(); });
  }
  void wait_for_replies(std::size_t count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return replies.size() >= count; });
  }
  Done<Answer<FrameCopy>> take() {
    const std::lock_guard lock(mutex);
    auto done = std::move(fetched.front());
    fetched.erase(fetched.begin());
    return done;
  }
  void answer() { take()(made_up_image<std::uint8_t>(SampleType::uint8, 1, 1, {0})); }
};

TEST(PreviewDesk, one_image_is_fetched_at_a_time) {
  ask();
  ask();
  CHECK_EQUAL(1U, fetched.size());
  answer();
  wait_for_fetch();
  answer();
  wait_for_replies(2);
  CHECK(replies == (std::vector{200U, 200U}));
}

TEST(PreviewDesk, more_than_four_that_wait_are_told_to_come_again) {
  for (int i = 0; i < 6; ++i) ask();
  CHECK(replies == std::vector{503U});
}

TEST(PreviewDesk, what_the_device_refuses_is_passed_on) {
  ask();
  take()(tl::make_unexpected(Refusal{404, "no image yet"}));
  wait_for_replies(1);
  CHECK(replies == std::vector{404U});
}

TEST(PreviewDesk, an_order_that_the_device_forgets_holds_up_nobody) {
  ask();
  ask();
  { const auto forgotten = take(); }
  wait_for_fetch();
  answer();
  wait_for_replies(1);
  CHECK(replies == std::vector{200U});
}

TEST(PreviewDesk, an_image_that_comes_after_its_end_is_dropped) {
  ask();
  const auto late = take();
  desk.reset();
  late(made_up_image<std::uint8_t>(SampleType::uint8, 1, 1, {0}));
  CHECK(replies.empty());
}
