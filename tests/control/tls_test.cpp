#include "control/tls.hpp"

#include <CppUTest/TestHarness.h>
#include <sys/stat.h>

#include <fstream>
#include <vector>

#include "control/file_routes.hpp"
#include "control/made_up_device.hpp"
#include "control/routes.hpp"
#include "control/sample_store.hpp"
#include "control/secure_connection.hpp"
#include "control/server.hpp"
#include "support/certificate.hpp"

using namespace tarsier;

namespace {

const std::string tls_request = "GET /v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

}  // namespace

TEST_GROUP(Tls) {
  TemporaryFolder folder;
  SampleStore store;
  MadeUpDevice device;
  ServerSetup wanted{.listen = "127.0.0.1:0", .certificate = folder / "cert.pem", .private_key = folder / "key.pem"};
  std::unique_ptr<Server> server;

  void setup() override {
    device.store = store.path();
    make_certificate(wanted.certificate, wanted.private_key);
  }
  void start() {
    auto started = Server::start(wanted, control_routes(device));
    CHECK_TEXT(started.has_value(), started ? "" : started.error().message.c_str());
    server = std::move(*started);
  }
  std::string refusal() {
    const auto started = Server::start(wanted, Router{});
    return started ? "" : started.error().message;
  }
};

TEST(Tls, requests_are_answered_with_tls_and_from_this_machine_without) {
  start();
  SecureConnection secure(server->port());
  CHECK(secure.connected());
  secure.send(tls_request);
  CHECK(secure.read().starts_with("HTTP/1.1 200"));
  RawConnection plain(server->port());
  plain.send(tls_request);
  CHECK(plain.read().starts_with("HTTP/1.1 200"));
}

TEST(Tls, a_file_arrives_byte_for_byte) {
  start();
  SecureConnection secure(server->port());
  secure.send("GET /v1/runs/night-1/files/plate-a/two.h5 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  CHECK(secure.read().ends_with("\r\n\r\n" + store.second));
}

TEST(Tls, versions_before_1_2_are_not_spoken) {
  start();
  CHECK(!SecureConnection(server->port(), TLS1_1_VERSION).connected());
  CHECK(SecureConnection(server->port(), TLS1_2_VERSION).connected());
}

TEST(Tls, garbage_that_begins_like_tls_is_cut_off) {
  start();
  RawConnection garbage(server->port());
  garbage.send(std::string("\x16\x03\x01\x40\x00", 5) + std::string(20000, '\x55'));
  const auto answer = garbage.read();
  SecureConnection friendly(server->port());
  CHECK(friendly.connected());
}

TEST(Tls, a_handshake_that_never_ends_is_cut_off) {
  wanted.limits.handshake = std::chrono::milliseconds(50);
  start();
  RawConnection silent(server->port());
  CHECK(silent.read().empty());
  CHECK(silent.ended());
  RawConnection half(server->port());
  half.send(std::string("\x16\x03\x01", 3));
  CHECK(half.read().empty());
}

TEST(Tls, who_has_only_begun_gives_way_to_a_newcomer) {
  wanted.limits.secure = 2;
  start();
  std::vector<std::unique_ptr<RawConnection>> beginners;
  for (int i = 0; i < 6; ++i) {
    beginners.push_back(std::make_unique<RawConnection>(server->port(), "127.0.0.2"));
    beginners.back()->send(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
  }
  SecureConnection friendly(server->port());
  CHECK(friendly.connected());
}

TEST(Tls, a_key_that_others_may_read_is_refused_with_the_remedy) {
  ::chmod(wanted.private_key.c_str(), 0644);
  STRCMP_CONTAINS("chmod 600", refusal().c_str());
}

TEST(Tls, files_that_are_no_pair_are_refused) {
  make_certificate(folder / "other.pem", folder / "other-key.pem");
  wanted.private_key = folder / "other-key.pem";
  STRCMP_CONTAINS("other-key.pem", refusal().c_str());
  wanted.private_key = folder / "key.pem";
  std::ofstream(wanted.certificate) << "no certificate";
  STRCMP_CONTAINS("tarsier cert new", refusal().c_str());
  wanted.private_key.clear();
  STRCMP_CONTAINS("needs both", refusal().c_str());
}
