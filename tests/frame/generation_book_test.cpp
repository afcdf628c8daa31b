#include "frame/generation_book.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

TEST_GROUP(GenerationBook) {
  GenerationBook<int> book;
  void add(std::uint32_t generation) {
    book.add(generation, std::make_shared<const int>(static_cast<int>(generation)));
  }
};

TEST(GenerationBook, a_generation_is_taken_once) {
  add(2);
  CHECK(book.take(1) == nullptr);
  CHECK_EQUAL(2, *book.take(2));
  CHECK(book.take(2) == nullptr);
}

TEST(GenerationBook, those_before_the_one_that_is_taken_are_over) {
  add(2);
  add(3);
  add(5);
  CHECK_EQUAL(3, *book.take(4));
  CHECK_EQUAL(5, *book.take(5));
}

TEST(GenerationBook, what_will_never_act_is_forgotten) {
  add(2);
  add(3);
  book.forget(3);
  CHECK_EQUAL(2, *book.take(9));
}
