#include "cli/terminal.hpp"

#include <CppUTest/TestHarness.h>
#include <fcntl.h>

#include "base/unique_fd.hpp"

using namespace tarsier;

TEST_GROUP(Terminal){};

TEST(Terminal, a_utf8_locale_is_recognised_however_it_is_written) {
  CHECK(is_utf8_locale(nullptr, nullptr, "en_GB.UTF-8"));
  CHECK(is_utf8_locale(nullptr, nullptr, "C.utf8"));
  CHECK(!is_utf8_locale(nullptr, nullptr, "de_DE.ISO-8859-1"));
  CHECK(!is_utf8_locale(nullptr, nullptr, nullptr));
}

TEST(Terminal, the_first_name_that_is_set_decides) {
  CHECK(!is_utf8_locale("C", "en_GB.UTF-8", "en_GB.UTF-8"));
  CHECK(is_utf8_locale("", "en_GB.UTF-8", "C"));
}

TEST(Terminal, a_file_has_no_columns) {
  const UniqueFd file(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  CHECK_EQUAL(std::size_t{0}, terminal_columns(file.get()));
}
