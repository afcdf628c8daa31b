#include "client/known_hosts.hpp"

#include <CppUTest/TestHarness.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(KnownHosts) {
  TemporaryFolder folder;
  std::filesystem::path path = folder / "tarsier/hosts.json";

  void write(const std::string& text, mode_t mode = 0600) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
  }
  [[nodiscard]] Result<KnownHosts> read() const { return KnownHosts::read(system_files(), path); }
  [[nodiscard]] std::string refusal() const {
    const auto known = read();
    return known ? "" : known.error().message;
  }
};

TEST(KnownHosts, a_file_that_is_not_there_knows_nobody) {
  CHECK(read()->all().empty());
  POINTERS_EQUAL(nullptr, read()->find("pi"));
}

TEST(KnownHosts, names_lead_to_address_token_and_certificate) {
  write(R"({"hosts": {"pi": {"address": "10.0.0.7:8470", "token_file": "pi.token", "fingerprint": "sha256:ab"},
                      "other": {"address": "other"}}})");
  const auto known = read();
  CHECK_TEXT(known.has_value(), refusal().c_str());
  LONGS_EQUAL(2, known->all().size());
  const auto* pi = known->find("pi");
  STRCMP_EQUAL("10.0.0.7:8470", pi->address.c_str());
  STRCMP_EQUAL((folder / "tarsier/pi.token").c_str(), pi->token_file.c_str());
  STRCMP_EQUAL("sha256:ab", pi->fingerprint.c_str());
}

TEST(KnownHosts, who_announces_itself_is_known_by_address_or_name_and_port) {
  write(R"({"hosts": {"left": {"address": "10.0.0.7"}, "right": {"address": "https://pi-right.local:8471"}}})");
  const auto known = read();
  STRCMP_EQUAL("left", known->find({"Tarsier", "pi-left.local", "10.0.0.7", 8470, true})->name.c_str());
  STRCMP_EQUAL("right", known->find({"Tarsier", "pi-right.local", "10.0.0.8", 8471, true})->name.c_str());
  CHECK(known->find({"Tarsier", "pi-right.local", "10.0.0.8", 8470, true}) == nullptr);
  CHECK(known->find({"left", "other.local", "10.0.0.9", 8470, true}) == nullptr);
}

TEST(KnownHosts, what_is_remembered_is_there_again_and_for_its_owner_alone) {
  auto known = read();
  CHECK(known->remember(system_files(), {"pi", "10.0.0.7", "", "secret", "sha256:ab"}).has_value());
  CHECK(known->remember(system_files(), {"pi", "10.0.0.8", "/t", "", ""}).has_value());
  CHECK(known->remember(system_files(), {"b", "b", "", "", ""}).has_value());
  const auto again = read();
  LONGS_EQUAL(2, again->all().size());
  STRCMP_EQUAL("10.0.0.8", again->find("pi")->address.c_str());
  STRCMP_EQUAL("/t", again->find("pi")->token_file.c_str());
  struct stat info {};
  ::stat(path.c_str(), &info);
  LONGS_EQUAL(0600, info.st_mode & 0777);
}

TEST(KnownHosts, others_may_never_write_the_file_and_not_read_one_with_a_token) {
  write(R"({"hosts": {"pi": {"address": "pi"}}})", 0644);
  STRCMP_EQUAL("", refusal().c_str());
  write(R"({"hosts": {"pi": {"address": "pi"}}})", 0664);
  STRCMP_CONTAINS("chmod 600", refusal().c_str());
  write(R"({"hosts": {"pi": {"address": "pi", "token": "secret"}}})", 0644);
  STRCMP_CONTAINS("chmod 600", refusal().c_str());
  CHECK(refusal().find("secret") == std::string::npos);
  write(R"({"hosts": {"pi": {"address": "pi", "token": "secret"}}})", 0600);
  STRCMP_EQUAL("", refusal().c_str());
}

TEST(KnownHosts, mistakes_are_named_with_their_place) {
  for (const auto& [text, reason] : std::vector<std::pair<std::string, std::string>>{
           {"{", "is no JSON"},
           {"[]", "has no object `hosts`"},
           {R"({"hosts": {"pi": 1}})", "/hosts/pi: must be an object"},
           {R"({"hosts": {"pi": {}}})", "/hosts/pi/address: is missing"},
           {R"({"hosts": {"pi": {"address": 1}}})", "/hosts/pi/address: must be a text"},
           {R"({"hosts": {"pi": {"adress": "pi"}}})", "/hosts/pi/adress: unknown key"}}) {
    write(text);
    STRCMP_CONTAINS(reason.c_str(), refusal().c_str());
  }
}

TEST(KnownHosts, the_file_lies_where_the_desktop_wants_it) {
  const char* const home = std::getenv("HOME");
  const std::string before = home != nullptr ? home : "";
  ::setenv("XDG_CONFIG_HOME", "/x", 1);
  STRCMP_EQUAL("/x/tarsier/hosts.json", known_hosts_file().c_str());
  ::unsetenv("XDG_CONFIG_HOME");
  ::setenv("HOME", "/h", 1);
  STRCMP_EQUAL("/h/.config/tarsier/hosts.json", known_hosts_file().c_str());
  ::setenv("HOME", before.c_str(), 1);
}

TEST(KnownHosts, a_token_is_the_first_line_of_a_private_file) {
  const auto file = folder / "token";
  std::ofstream(file) << "abc\nrest\n";
  ::chmod(file.c_str(), 0644);
  STRCMP_CONTAINS("chmod 600", read_token(system_files(), file).error().message.c_str());
  ::chmod(file.c_str(), 0600);
  STRCMP_EQUAL("abc", read_token(system_files(), file)->c_str());
  std::ofstream(file) << "a c\n";
  CHECK(!read_token(system_files(), file).has_value());
  CHECK(!read_token(system_files(), folder / "none").has_value());
}
