#include "control/certificate.hpp"

#include "CppUTest/TestHarness.h"
#include "base/file_operations.hpp"
#include "control/made_up_device.hpp"
#include "control/routes.hpp"
#include "control/server.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(NewCertificate) {
  TemporaryFolder folder;
  MadeUpDevice device;
};

TEST(NewCertificate, serves_tls_at_once) {
  const auto made = new_certificate({"localhost", "127.0.0.1", "::1"});
  CHECK(made.has_value());
  CHECK_EQUAL(64, made->fingerprint.size());
  ServerSetup setup;
  setup.listen = "127.0.0.1:0";
  setup.certificate = folder / "certificate.pem";
  setup.private_key = folder / "key.pem";
  CHECK(replace_text(system_files(), setup.certificate, made->certificate).has_value());
  CHECK(replace_text(system_files(), setup.private_key, made->private_key).has_value());
  std::filesystem::permissions(setup.private_key, std::filesystem::perms::owner_read);
  const auto server = Server::start(setup, control_routes(device));
  if (!server) FAIL(server.error().message.c_str());
}

TEST(NewCertificate, two_are_never_alike) {
  CHECK(new_certificate({"a"})->fingerprint != new_certificate({"a"})->fingerprint);
}

TEST(NewCertificate, what_is_no_name_is_refused) { CHECK_FALSE(new_certificate({"a,\nb"}).has_value()); }
