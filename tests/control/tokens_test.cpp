#include "control/tokens.hpp"

#include <CppUTest/TestHarness.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(Tokens) {
  TemporaryFolder folder;
  std::filesystem::path path = folder / "tokens";
  NewToken reader = *new_token(Role::read, "prometheus");
  NewToken writer = *new_token(Role::control, "desk");

  void write(const std::string& text, mode_t mode = 0600) {
    const auto fresh = folder / "fresh";
    std::ofstream(fresh) << text;
    ::chmod(fresh.c_str(), mode);
    std::filesystem::rename(fresh, path);
  }
  std::string refusal() {
    const auto tokens = Tokens::open(system_files(), path);
    return tokens ? "" : tokens.error().message;
  }
};

TEST(Tokens, each_token_has_the_role_of_its_line) {
  write("# who may come\n\n" + reader.line + writer.line);
  const auto tokens = *Tokens::open(system_files(), path);
  CHECK(tokens->role_of(reader.token) == Role::read);
  CHECK(tokens->role_of(writer.token) == Role::control);
}

TEST(Tokens, what_is_no_token_has_no_role) {
  write(reader.line);
  const auto tokens = *Tokens::open(system_files(), path);
  const auto hash = reader.line.substr(reader.line.rfind(' ') + 1, 64);
  for (const std::string& wrong : {std::string(), writer.token, reader.token + "x", hash})
    CHECK_TEXT(!tokens->role_of(wrong).has_value(), wrong.c_str());
}

TEST(Tokens, a_new_token_is_long_and_never_the_same) {
  CHECK_EQUAL(43U, reader.token.size());
  CHECK(reader.token != new_token(Role::read, "prometheus")->token);
  CHECK(reader.line.find(reader.token) == std::string::npos);
}

TEST(Tokens, a_name_is_one_word) {
  for (const std::string name : {"", "two words", "a\nb", "caf\xc3\xa9"})
    CHECK_TEXT(!new_token(Role::read, name).has_value(), name.c_str());
}

TEST(Tokens, a_file_that_others_may_read_is_refused_with_the_remedy) {
  write(reader.line, 0640);
  STRCMP_CONTAINS("chmod 600", refusal().c_str());
}

TEST(Tokens, a_line_of_another_form_is_refused_by_its_number_alone) {
  for (const std::string line : {"admin me 00", "read me", "read me 00", "read me you 00"}) {
    write(reader.line + line + "\n");
    STRCMP_CONTAINS("line 2", refusal().c_str());
    CHECK(refusal().find(line) == std::string::npos);
  }
}

TEST(Tokens, a_file_without_a_token_is_refused) {
  write("# nobody\n");
  STRCMP_CONTAINS("holds no token", refusal().c_str());
  std::filesystem::remove(path);
  STRCMP_CONTAINS("No such file", refusal().c_str());
}

TEST(Tokens, a_changed_file_acts_at_once) {
  write(reader.line);
  const auto tokens = *Tokens::open(system_files(), path);
  write(writer.line);
  CHECK(!tokens->role_of(reader.token).has_value());
  CHECK(tokens->role_of(writer.token) == Role::control);
}

TEST(Tokens, a_file_that_became_unusable_lets_nobody_in_until_it_is_mended) {
  write(reader.line);
  const auto tokens = *Tokens::open(system_files(), path);
  ::chmod(path.c_str(), 0644);
  CHECK(!tokens->role_of(reader.token).has_value());
  std::filesystem::remove(path);
  CHECK(!tokens->role_of(reader.token).has_value());
  write(reader.line);
  CHECK(tokens->role_of(reader.token) == Role::read);
}
