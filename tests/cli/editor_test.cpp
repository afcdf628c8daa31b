#include "cli/editor.hpp"

#include <CppUTest/TestHarness.h>

#include <cstdlib>

#include "base/file_operations.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(Editor) { TemporaryFolder folder; };

TEST(Editor, it_is_given_the_file_whatever_its_name) {
  const auto file = folder / "it's \"a\" $rig.json";
  CHECK(edit_file("echo changed >", file).has_value());
  STRCMP_EQUAL("changed\n", read_text(system_files(), file)->c_str());
}

TEST(Editor, one_that_fails_is_told) {
  const auto failed = edit_file("exit 3; echo", folder / "rig.json");
  CHECK(!failed);
  STRCMP_EQUAL("the editor exit 3; echo ended with exit code 3; VISUAL or EDITOR names another one",
               failed.error().message.c_str());
}

TEST(Editor, visual_comes_before_editor_and_vi_last) {
  setenv("VISUAL", "", 1);
  setenv("EDITOR", "nano", 1);
  STRCMP_EQUAL("nano", editor_command().c_str());
  setenv("VISUAL", "emacs -nw", 1);
  STRCMP_EQUAL("emacs -nw", editor_command().c_str());
  unsetenv("VISUAL");
  unsetenv("EDITOR");
  STRCMP_EQUAL("vi", editor_command().c_str());
}
