#include "client/partial_file.hpp"

#include <CppUTest/TestHarness.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/faulty_files.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

// Of "abcd".
constexpr const char* right = "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589";

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

}  // namespace

TEST_GROUP(PartialFile) {
  TemporaryFolder folder;
  std::filesystem::path path = folder / "a.h5";
  std::filesystem::path partial = folder / "a.h5.partial";
  std::int64_t counted = 0;

  Result<std::unique_ptr<PartialFile>> open(FileOperations& files = system_files(), std::uint64_t bytes = 4) {
    return PartialFile::open(files, path, bytes, [this](std::int64_t more) { counted += more; });
  }
  static std::string text_of(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }
  // All of it, from opening to its name.
  Result<void> fetch(FileOperations & files) {
    auto file = open(files);
    if (!file) return unexpected(file.error());
    const auto first = (*file)->size();
    if (auto begun = (*file)->begin({first, 4, "", {}}); !begun) return begun;
    if (auto taken = (*file)->take(bytes_of(std::string_view("abcd").substr(first))); !taken) return taken;
    return (*file)->finish();
  }
};

TEST(PartialFile, what_came_has_its_name_only_when_it_is_finished) {
  auto file = open();
  CHECK((*file)->begin({0, 4, "", {}}).has_value());
  CHECK((*file)->take(bytes_of("abcd")).has_value());
  STRCMP_EQUAL(right, (*file)->sha256().c_str());
  CHECK(!std::filesystem::exists(path));
  CHECK((*file)->finish().has_value());
  STRCMP_EQUAL("abcd", text_of(path).c_str());
  CHECK(!std::filesystem::exists(partial));
  LONGS_EQUAL(4, counted);
}

TEST(PartialFile, one_that_was_begun_goes_on) {
  std::ofstream(partial) << "ab";
  auto file = open();
  LONGS_EQUAL(2, (*file)->size());
  CHECK((*file)->begin({2, 4, "", {}}).has_value());
  CHECK((*file)->take(bytes_of("cd")).has_value());
  STRCMP_EQUAL(right, (*file)->sha256().c_str());
  LONGS_EQUAL(4, counted);
}

TEST(PartialFile, it_begins_anew_when_all_is_sent_or_more_was_there) {
  std::ofstream(partial) << "xy";
  auto file = open();
  CHECK((*file)->begin({0, 4, "", {}}).has_value());
  LONGS_EQUAL(0, (*file)->size());
  LONGS_EQUAL(0, counted);
  CHECK((*file)->take(bytes_of("abcd")).has_value());
  STRCMP_EQUAL(right, (*file)->sha256().c_str());
  LONGS_EQUAL(0, (*open(system_files(), 3))->size());
}

TEST(PartialFile, another_length_or_another_part_is_refused) {
  std::ofstream(partial) << "ab";
  auto file = open();
  CHECK(!(*file)->begin({2, 5, "", {}}).has_value());
  CHECK(!(*file)->begin({1, 4, "", {}}).has_value());
  STRCMP_EQUAL("ab", text_of(partial).c_str());
}

TEST(PartialFile, a_symbolic_link_is_not_followed) {
  std::ofstream(folder / "elsewhere") << "ab";
  std::filesystem::create_symlink(folder / "elsewhere", partial);
  CHECK(!open().has_value());
  STRCMP_EQUAL("ab", text_of(folder / "elsewhere").c_str());
  CHECK(!sha256_of(system_files(), partial, [] { return true; }).has_value());
}

TEST(PartialFile, a_final_name_that_somebody_has_stays_his) {
  std::ofstream(path) << "his";
  CHECK(!fetch(system_files()).has_value());
  STRCMP_EQUAL("his", text_of(path).c_str());
}

TEST(PartialFile, whatever_fails_the_next_one_goes_on_and_nothing_half_made_has_the_name) {
  FaultyFiles counting;
  CHECK(fetch(counting).has_value());
  CHECK(counting.counted() > 4);
  for (std::uint64_t at = 1; at <= counting.counted(); ++at) {
    std::filesystem::remove(path);
    std::filesystem::remove(partial);
    FaultyFiles files;
    files.fail_at = at;
    files.error = ENOSPC;
    const auto failed = fetch(files);
    CHECK(!failed.has_value());
    LONGS_EQUAL(ENOSPC, failed.error().error_number);
    STRCMP_CONTAINS("free some space", failed.error().message.c_str());
    if (std::filesystem::exists(path)) continue;  // the folder's sync alone failed
    CHECK(fetch(system_files()).has_value());
    STRCMP_EQUAL("abcd", text_of(path).c_str());
  }
}

TEST(PartialFile, a_file_is_hashed_as_long_as_somebody_wants_it) {
  std::ofstream(path) << "abcd";
  STRCMP_EQUAL(right, sha256_of(system_files(), path, [] { return true; })->c_str());
  LONGS_EQUAL(ECANCELED, sha256_of(system_files(), path, [] { return false; }).error().error_number);
}
