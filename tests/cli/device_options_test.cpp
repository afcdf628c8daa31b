#include "cli/device_options.hpp"

#include <CppUTest/TestHarness.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(DeviceOptions) {
  TemporaryFolder folder;

  void setup() override {
    ::setenv("XDG_CONFIG_HOME", (folder / "").c_str(), 1);
    std::filesystem::create_directories(folder / "tarsier");
    write("tarsier/hosts.json",
          R"({"hosts": {"lab": {"address": "10.0.0.7", "token": "known", "fingerprint": "sha256:)" +
              std::string(64, 'a') + "\"}}}");
    write("token", "given\n");
  }
  void teardown() override { ::unsetenv("XDG_CONFIG_HOME"); }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder / name) << text;
    ::chmod((folder / name).c_str(), 0600);
  }
};

TEST(DeviceOptions, a_name_of_hosts_json_is_known) {
  const auto access = access_of({"lab", {}, {}});
  CHECK_TEXT(access.has_value(), access ? "" : access.error().message.c_str());
  STRCMP_EQUAL("lab", access->name.c_str());
  STRCMP_EQUAL("10.0.0.7", access->address.host.c_str());
  STRCMP_EQUAL("known", access->token->c_str());
  STRCMP_EQUAL(std::string(64, 'a').c_str(), access->fingerprint->c_str());
}

TEST(DeviceOptions, an_address_needs_no_hosts_json) {
  const auto access = access_of({"127.0.0.1:9", {}, {}});
  LONGS_EQUAL(9, access->address.port);
  CHECK(!access->token.has_value());
  CHECK(!access->fingerprint.has_value());
}

TEST(DeviceOptions, what_is_said_goes_before_what_is_known) {
  const auto access = access_of({"lab", folder / "token", std::string(64, 'b')});
  STRCMP_EQUAL("given", access->token->c_str());
  STRCMP_EQUAL(std::string(64, 'b').c_str(), access->fingerprint->c_str());
}

TEST(DeviceOptions, what_is_wrong_is_wrong_use) {
  CHECK(access_of({"a b", {}, {}}).error().wrong_use);
  CHECK(access_of({"lab", {}, "sha256:12"}).error().wrong_use);
  CHECK(!access_of({"lab", folder / "none", {}}).has_value());
}
