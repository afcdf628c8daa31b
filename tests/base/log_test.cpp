#include "base/log.hpp"

#include <CppUTest/TestHarness.h>
#include <fcntl.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "base/unique_fd.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(Log) {
  TemporaryFolder folder;

  void teardown() override { set_log_level(Severity::info); }
  // What reaches standard error during `body`.
  template <typename Body>
  std::string captured(Body body) {
    const UniqueFd file(::open((folder / "log").c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600));
    const UniqueFd saved(::dup(STDERR_FILENO));
    ::dup2(file.get(), STDERR_FILENO);
    body();
    ::dup2(saved.get(), STDERR_FILENO);
    std::ifstream stream(folder / "log");
    return {std::istreambuf_iterator<char>(stream), {}};
  }
};

TEST(Log, a_message_is_one_line) {
  const std::string text = captured([] { log(Severity::error, "first\nsecond"); });
  CHECK_TRUE(text.ends_with("first second\n"));
  CHECK_EQUAL(1, std::count(text.begin(), text.end(), '\n'));
}

TEST(Log, leaves_out_what_is_less_important_than_the_level) {
  const std::string text = captured([] {
    log(Severity::debug, "detail");
    set_log_level(Severity::error);
    log(Severity::warning, "warning");
    log(Severity::error, "error");
  });
  CHECK_TRUE(text.find("detail") == std::string::npos);
  CHECK_TRUE(text.find("warning") == std::string::npos);
  CHECK_TRUE(text.find("error") != std::string::npos);
}
