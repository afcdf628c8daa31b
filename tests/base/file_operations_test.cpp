#include "base/file_operations.hpp"

#include <CppUTest/TestHarness.h>
#include <fcntl.h>

#include <fstream>
#include <iterator>

#include "base/unique_fd.hpp"
#include "support/faulty_files.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(FileOperations) {
  TemporaryFolder folder;
  FaultyFiles files;

  static std::string content(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  static bool holds(const std::string& text, const char* words) { return text.find(words) != std::string::npos; }
  Result<void> write(const std::string& text, std::uint64_t offset = 0) {
    const auto path = folder / "data";
    const UniqueFd fd(files.open(path.c_str(), O_WRONLY | O_CREAT, 0644));
    return write_all(files, fd.get(), std::as_bytes(std::span(text)), offset, path);
  }
};

TEST(FileOperations, write_all_goes_on_after_short_writes_and_signals) {
  files.most_bytes = 3;
  files.interrupt = true;
  CHECK_TRUE(write("0123456789").has_value());
  STRCMP_EQUAL("0123456789", content(folder / "data").c_str());
}

TEST(FileOperations, write_all_writes_at_its_offset) {
  CHECK_TRUE(write("abcdef").has_value());
  CHECK_TRUE(write("XY", 2).has_value());
  STRCMP_EQUAL("abXYef", content(folder / "data").c_str());
}

TEST(FileOperations, a_full_disk_is_told_with_file_and_remedy) {
  files.only = "pwrite";
  files.most_bytes = 4;
  files.fail_at = 2;
  files.error = ENOSPC;
  const auto result = write("0123456789");
  CHECK_FALSE(result.has_value());
  CHECK_TRUE(holds(result.error().message, (folder / "data").c_str()));
  CHECK_TRUE(holds(result.error().message, "free some space"));
  CHECK_FALSE(result.error().wrong_use);
}

TEST(FileOperations, a_write_that_takes_nothing_is_a_full_disk_and_no_hang) {
  files.most_bytes = 0;
  CHECK_FALSE(write("0123456789").has_value());
}

TEST(FileOperations, read_text_goes_on_after_short_reads_and_signals) {
  std::ofstream(folder / "text") << std::string(40000, 'x') << "end";
  files.most_bytes = 1000;
  files.interrupt = true;
  const auto text = read_text(files, folder / "text");
  CHECK_TRUE(text.has_value());
  CHECK_TRUE(*text == std::string(40000, 'x') + "end");
}

TEST(FileOperations, read_text_refuses_a_file_above_its_limit) {
  std::ofstream(folder / "text") << std::string(2000, 'x');
  CHECK_FALSE(read_text(files, folder / "text", kibibytes(1)).has_value());
  CHECK_TRUE(read_text(files, folder / "text", kibibytes(2)).has_value());
}

TEST(FileOperations, read_text_tells_what_is_missing_and_what_is_a_folder) {
  CHECK_TRUE(holds(read_text(files, folder / "none").error().message, "check the path"));
  CHECK_TRUE(holds(read_text(files, folder.path()).error().message, "is a directory"));
}

TEST(FileOperations, read_text_tells_each_fault) {
  std::ofstream(folder / "text") << "x";
  for (const char* operation : {"open", "fstat", "pread"}) {
    FaultyFiles faulty;
    faulty.only = operation;
    faulty.fail_at = 1;
    CHECK_FALSE(read_text(faulty, folder / "text").has_value());
  }
}

TEST(FileOperations, replace_text_replaces_the_whole_text) {
  const auto path = folder / "run.json";
  CHECK_TRUE(replace_text(files, path, "a long first text").has_value());
  CHECK_TRUE(replace_text(files, path, "short").has_value());
  STRCMP_EQUAL("short", content(path).c_str());
}

TEST(FileOperations, replace_text_syncs_the_text_before_the_name_and_the_folder_after_it) {
  const auto path = folder / "run.json";
  CHECK_TRUE(replace_text(files, path, "text").has_value());
  std::string order;
  for (const std::string& asked : files.asked()) order += asked.substr(0, asked.find(' ')) + " ";
  STRCMP_EQUAL("open pwrite fsync close rename open fsync ", order.c_str());
}

TEST(FileOperations, a_fault_at_any_step_of_replace_text_leaves_the_old_or_the_new_text_and_is_told) {
  const auto path = folder / "run.json";
  const std::string first(5000, 'a');
  const std::string second(7000, 'b');
  std::uint64_t steps = UINT64_MAX;
  for (std::uint64_t step = 1; step <= steps; ++step) {
    CHECK_TRUE(replace_text(system_files(), path, first).has_value());
    FaultyFiles faulty;
    faulty.most_bytes = 4096;
    faulty.fail_at = step;
    faulty.fail_for_good = true;
    const auto result = replace_text(faulty, path, second);
    CHECK_EQUAL(faulty.counted() < step, result.has_value());
    if (result) steps = step - 1;
    const std::string left = content(path);
    CHECK_TRUE(left == first || left == second);
  }
  CHECK_EQUAL(8, steps);
}

TEST(FileOperations, replace_text_takes_a_bare_file_name) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const bool done = replace_text(files, "bare.json", "text").has_value();
  std::filesystem::current_path(before);
  CHECK_TRUE(done);
  STRCMP_EQUAL("text", content(folder / "bare.json").c_str());
}

TEST(FileOperations, make_directories_makes_parents_and_accepts_those_that_exist) {
  CHECK_TRUE(make_directories(files, folder / "a/b/c").has_value());
  CHECK_TRUE(make_directories(files, folder / "a/b/c").has_value());
  CHECK_TRUE(make_directories(files, folder / "a/d/").has_value());
  CHECK_TRUE(std::filesystem::is_directory(folder / "a/b/c"));
}

TEST(FileOperations, make_directories_refuses_a_file_in_the_way) {
  std::ofstream(folder / "a") << "x";
  CHECK_FALSE(make_directories(files, folder / "a").has_value());
  CHECK_FALSE(make_directories(files, folder / "a/b").has_value());
}

TEST(FileOperations, make_directories_tells_a_fault) {
  files.fail_at = 1;
  files.error = EACCES;
  CHECK_TRUE(holds(make_directories(files, folder / "a").error().message, "permissions"));
}

TEST(FileOperations, rename_new_never_replaces) {
  std::ofstream(folder / "old") << "old";
  std::ofstream(folder / "new") << "new";
  CHECK_EQUAL(-1, system_files().rename_new((folder / "new").c_str(), (folder / "old").c_str()));
  CHECK_EQUAL(EEXIST, errno);
  STRCMP_EQUAL("old", content(folder / "old").c_str());
  CHECK_EQUAL(0, system_files().rename_new((folder / "new").c_str(), (folder / "third").c_str()));
}

TEST(FileOperations, free_bytes_is_that_of_the_file_system) {
  CHECK_TRUE(system_files().free_bytes(folder.path().c_str()) > 0);
  CHECK_EQUAL(-1, system_files().free_bytes((folder / "none").c_str()));
}

TEST(FileOperations, descriptors_do_not_pass_to_other_programs) {
  const UniqueFd fd(system_files().open((folder / "x").c_str(), O_WRONLY | O_CREAT, 0644));
  CHECK_EQUAL(FD_CLOEXEC, ::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC);
}
