#include "frame/frame_mailbox.hpp"

#include <CppUTest/TestHarness.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace tarsier;

TEST_GROUP(FrameMailbox) {
  Arena arena = std::move(*Arena::create(kibibytes(64)));
  FrameMailbox mailbox{arena, 4096};
  int arrived = 0;

  bool ask(std::size_t camera, std::optional<ImageKind> kind = std::nullopt) {
    return mailbox.ask(camera, kind, [this] { ++arrived; });
  }
  static std::vector<std::byte> image(int value) { return std::vector<std::byte>(4096, static_cast<std::byte>(value)); }
};

TEST(FrameMailbox, only_the_camera_that_is_asked_answers) {
  CHECK_FALSE(mailbox.question(1).has_value());
  CHECK(ask(1));
  CHECK_FALSE(mailbox.question(0).has_value());
  const auto pixels = image(7);
  mailbox.answer(*mailbox.question(1), {pixels, 42, 1000});
  CHECK_EQUAL(1, arrived);
  CHECK_EQUAL(42, mailbox.image().frame_id);
  CHECK_EQUAL(4096, mailbox.image().pixels.size());
  CHECK(mailbox.image().pixels[4095] == std::byte{7});
  CHECK(mailbox.image().pixels.data() != pixels.data());
}

TEST(FrameMailbox, one_image_is_on_its_way_at_a_time) {
  CHECK(ask(0));
  CHECK_FALSE(ask(1));
  mailbox.answer(*mailbox.question(0), {});
  CHECK_FALSE(ask(1));
  mailbox.done();
  CHECK(ask(1));
}

TEST(FrameMailbox, the_kind_of_a_projection_travels_with_the_question) {
  CHECK(ask(0, ImageKind::median));
  CHECK(mailbox.question(0)->kind == std::optional(ImageKind::median));
  CHECK(mailbox.cancel());
  CHECK(ask(0));
  CHECK_FALSE(mailbox.question(0)->kind.has_value());
}

TEST(FrameMailbox, an_answer_to_a_question_that_was_taken_back_changes_nothing) {
  CHECK(ask(0));
  const auto old = *mailbox.question(0);
  CHECK(mailbox.cancel());
  CHECK(ask(0));
  mailbox.answer(old, {});
  CHECK_EQUAL(0, arrived);
  CHECK(mailbox.question(0).has_value());
}

TEST(FrameMailbox, what_has_come_cannot_be_taken_back) {
  CHECK(ask(0));
  mailbox.answer(*mailbox.question(0), {});
  CHECK_FALSE(mailbox.cancel());
}

TEST(FrameMailbox, each_image_is_the_one_that_was_asked_for) {
  constexpr int images = 2'000;
  std::atomic<bool> over{false};
  std::atomic<int> come{0};
  const auto answer_as = [&](std::size_t camera) {
    const auto pixels = image(static_cast<int>(camera) + 1);
    while (!over) {
      if (const auto question = mailbox.question(camera)) mailbox.answer(*question, {pixels, camera, 0});
    }
  };
  std::thread first([&] { answer_as(0); });
  std::thread second([&] { answer_as(1); });
  for (int i = 0; i < images; ++i) {
    const std::size_t camera = i % 2;
    const int before = come;
    CHECK(mailbox.ask(camera, std::nullopt, [&] { ++come; }));
    if (i % 3 == 0 && mailbox.cancel()) continue;
    while (come == before) std::this_thread::yield();
    CHECK_EQUAL(camera, mailbox.image().frame_id);
    CHECK(mailbox.image().pixels[i] == static_cast<std::byte>(camera + 1));
    mailbox.done();
  }
  over = true;
  first.join();
  second.join();
}
