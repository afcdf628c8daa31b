#include "client/device.hpp"

#include <CppUTest/TestHarness.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "client/canned_server.hpp"
#include "support/certificate.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

std::string with_body(const std::string& status, const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

struct Kept final : DownloadSink {
  DownloadHead head;
  std::string text;
  Result<void> begin(const DownloadHead& what) override {
    head = what;
    return {};
  }
  Result<void> take(std::span<const std::byte> bytes) override {
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }
};

}  // namespace

TEST_GROUP(Device) {
  CannedServer server;

  Device device(std::optional<std::string> token = {}) {
    return Device({"here", {"127.0.0.1", server.port(), false}, std::move(token), {}});
  }
  static std::string refusal(const Result<Json>& answer) { return answer ? "" : answer.error().message; }
};

TEST(Device, a_good_answer_is_its_document) {
  server.answer({{with_body("200 OK", "{\"state\": \"idle\"}")}});
  const auto document = device().get("/v1/status");
  CHECK(document.has_value());
  CHECK_EQUAL(std::string("idle"), (*document)["state"].get<std::string>());
}

TEST(Device, one_connection_carries_many_questions) {
  server.answer({{with_body("200 OK", "1"), with_body("200 OK", "2")}});
  auto at = device();
  LONGS_EQUAL(1, at.get("/a")->get<int>());
  LONGS_EQUAL(2, at.get("/b")->get<int>());
  LONGS_EQUAL(2, server.requests().size());
}

TEST(Device, a_question_is_asked_again_when_the_kept_connection_was_closed_and_a_command_is_not) {
  server.answer({{with_body("200 OK", "1")}, {with_body("200 OK", "2")}, {with_body("200 OK", "3")}});
  auto at = device();
  LONGS_EQUAL(1, at.get("/a")->get<int>());
  LONGS_EQUAL(2, at.get("/b")->get<int>());
  const auto command = at.post("/c");
  CHECK(!command.has_value());
  CHECK(is_cut(command.error()));
  LONGS_EQUAL(3, at.get("/d")->get<int>());
}

TEST(Device, a_command_carries_its_type) {
  server.answer({{with_body("200 OK", "{}")}});
  CHECK(device().patch("/v1/config", {{"a", 1}}).has_value());
  STRCMP_CONTAINS("PATCH /v1/config HTTP/1.1\r\n", server.requests()[0].c_str());
  STRCMP_CONTAINS("Content-Type: application/merge-patch+json\r\n", server.requests()[0].c_str());
}

TEST(Device, a_daemon_that_is_not_there_is_named_with_its_remedy) {
  const auto refused = device().get("/v1/status");
  CHECK(!refused.error().wrong_use);
  CHECK(is_cut(refused.error()));
  const auto expected = "no daemon answers at 127.0.0.1:" + std::to_string(server.port()) +
                        "; start tarsierd there, or name another address";
  CHECK_EQUAL(expected, refused.error().message);
}

TEST(Device, a_daemon_that_never_answers_is_given_up) {
  server.listen();
  const auto refused = device().document_of({.target = "/v1/status", .within = std::chrono::milliseconds(50)});
  STRCMP_CONTAINS("did not answer in time", refusal(refused).c_str());
}

TEST(Device, what_is_no_longer_wanted_ends) {
  server.listen();
  auto at = device();
  at.while_wanted([] { return false; });
  const auto refused = at.get("/v1/status");
  LONGS_EQUAL(ECANCELED, refused.error().error_number);
  CHECK(!is_cut(refused.error()));
}

TEST(Device, the_problems_of_a_refusal_are_passed_on_and_move_no_cursor) {
  server.answer({{with_body("422 Unprocessable Entity", R"({"detail": "the rig is refused", "problems": [
    {"pointer": "/cameras/0/gian", "message": "unknown key; did you mean gain?", "suggestion": "gain"},
    {"pointer": "/store/segment_s", "message": "is too small", "value": -1, "allowed": "from 1\u001b[2J"}]})")}});
  const auto refused = device().put("/v1/config", Json::object());
  CHECK(refused.error().wrong_use);
  STRCMP_CONTAINS(
      "answers 422: the rig is refused\n  /cameras/0/gian: unknown key; did you mean gain?\n"
      "  /store/segment_s: is too small; it is -1; allowed: from 1?[2J",
      refusal(refused).c_str());
}

TEST(Device, an_answer_that_is_not_json_is_an_error) {
  server.answer({{with_body("200 OK", "<html>")}});
  STRCMP_CONTAINS("not in JSON", refusal(device().get("/")).c_str());
}

TEST(Device, an_answer_that_breaks_off_is_cut) {
  server.answer({{"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n{"}});
  CHECK(is_cut(device().get("/").error()));
}

TEST(Device, a_name_that_nobody_knows_is_an_error) {
  Device nobody({"nobody", {"no-such-host.invalid", 1, false}, {}, {}});
  STRCMP_CONTAINS("no-such-host.invalid:1", refusal(nobody.get("/")).c_str());
}

TEST(Device, a_download_goes_on_where_it_was_cut) {
  server.answer({{with_body("206 Partial Content", "cd", "Content-Range: bytes 2-3/4\r\nETag: \"x\"\r\n")}});
  Kept kept;
  const auto head = device().download("/file", 2, "\"x\"", kept);
  CHECK_TEXT(head.has_value(), head ? "" : head.error().message.c_str());
  LONGS_EQUAL(2, kept.head.first_byte);
  LONGS_EQUAL(4, kept.head.bytes);
  STRCMP_EQUAL("\"x\"", head->etag.c_str());
  STRCMP_EQUAL("cd", kept.text.c_str());
  STRCMP_CONTAINS("Range: bytes=2-\r\nIf-Range: \"x\"\r\n", server.requests()[0].c_str());
}

TEST(Device, a_download_of_a_file_that_changed_begins_anew) {
  server.answer({{with_body("200 OK", "abcd",
                            "ETag: \"y\"\r\n"
                            "Repr-Digest: sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:\r\n")}});
  Kept kept;
  const auto head = device().download("/file", 2, "\"x\"", kept);
  LONGS_EQUAL(0, head->first_byte);
  STRCMP_EQUAL("abcd", kept.text.c_str());
  STRCMP_EQUAL("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", head->sha256->c_str());
}

TEST(Device, a_download_that_breaks_off_is_cut_after_what_came) {
  server.answer({{"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\nabc"}});
  Kept kept;
  CHECK(is_cut(device().download("/file", 0, "", kept).error()));
  STRCMP_EQUAL("abc", kept.text.c_str());
}

TEST(Device, a_part_that_does_not_end_with_the_file_is_refused) {
  for (const std::string range : {"bytes 2-3/9", "bytes 3-2/4", "2-3/4", "bytes 2-18446744073709551615/1", ""}) {
    CannedServer liar;
    liar.answer({{with_body("206 Partial Content", "cd", "Content-Range: " + range + "\r\n")}});
    Kept kept;
    Device at({"liar", {"127.0.0.1", liar.port(), false}, {}, {}});
    CHECK_TEXT(!at.download("/file", 2, "\"x\"", kept).has_value(), range.c_str());
    STRCMP_EQUAL("", kept.text.c_str());
  }
}

TEST(Device, a_refused_download_says_why) {
  server.answer({{with_body("409 Conflict", R"({"detail": "rotate first"})")}, {with_body("503 Busy", "{}")}});
  Kept kept;
  const auto refused = device().download("/file", 0, "", kept);
  STRCMP_CONTAINS("409: rotate first", refused.error().message.c_str());
  CHECK(!is_cut(refused.error()));
  CHECK(is_cut(device().download("/file", 0, "", kept).error()));
}

TEST(Device, a_token_goes_to_this_machine_without_tls) {
  server.answer({{with_body("200 OK", "{}")}});
  CHECK(device("secret").get("/").has_value());
  STRCMP_CONTAINS("Authorization: Bearer secret\r\n", server.requests()[0].c_str());
}

TEST(Device, a_pinned_device_is_asked_nothing_without_tls) {
  server.listen();
  Access access;
  access.name = "here";
  access.address = {"127.0.0.1", server.port(), false};
  access.fingerprint = std::string(64, 'a');
  const auto refused = Device(std::move(access)).get("/");
  CHECK(refused.error().wrong_use);
  STRCMP_CONTAINS("write https://127.0.0.1:", refused.error().message.c_str());
}

TEST(Device, what_a_device_says_moves_no_cursor_and_is_not_endless) {
  const auto detail = R"({"detail": "\u001b[2J\u009b2J)" + std::string(1'000'000, 'x') + "\"}";
  server.answer({{with_body("409 Conflict", detail)}, {with_body("200 OK", std::string(100'000, '['))}});
  const auto refused = refusal(device().get("/"));
  STRCMP_CONTAINS("409: ?[2J?2Jxx", refused.c_str());
  CHECK(refused.size() < 20'000);
  STRCMP_CONTAINS("not in JSON", refusal(device().get("/")).c_str());
}

TEST(Device, fingerprints_are_read_with_and_without_colons) {
  const std::string digits(64, 'a');
  STRCMP_EQUAL(digits.c_str(), parse_fingerprint("sha256:" + digits)->c_str());
  std::string pairs = "AA";
  for (int i = 1; i < 32; ++i) pairs += ":AA";
  STRCMP_EQUAL(digits.c_str(), parse_fingerprint(pairs)->c_str());
  CHECK(!parse_fingerprint("sha256:12").has_value());
  CHECK(!parse_fingerprint(std::string(64, 'g')).has_value());
}

TEST(Device, a_path_segment_stays_one) {
  STRCMP_EQUAL("a%2Fb%20%25%C3%A4.h5", path_segment("a/b %\xC3\xA4.h5").c_str());
}

TEST_GROUP(SecureDevice) {
  TemporaryFolder folder;
  CannedServer server;

  void setup() override {
    make_certificate(folder / "cert.pem", folder / "key.pem");
    server.secure(folder / "cert.pem", folder / "key.pem");
    const auto answer = with_body("200 OK", R"({"state": "idle"})");
    server.answer({{answer}, {answer}, {answer}});
  }
  void teardown() override { ::unsetenv("SSL_CERT_FILE"); }
  Result<Json> ask(const std::string& host, std::optional<std::string> fingerprint) {
    Access access;
    access.name = "lab";
    access.address = {host, server.port(), true};
    access.token = "secret";
    access.fingerprint = std::move(fingerprint);
    return Device(std::move(access)).get("/v1/status");
  }
  static std::string shown_fingerprint(const Error& error) {
    const auto at = error.message.find("sha256:");
    return at == std::string::npos ? "" : error.message.substr(at + 7, 64);
  }
};

TEST(SecureDevice, a_certificate_that_nobody_vouches_for_is_shown_and_nothing_is_asked_before) {
  const auto refused = ask("127.0.0.1", {});
  CHECK(!refused.has_value());
  STRCMP_CONTAINS("not trusted", refused.error().message.c_str());
  STRCMP_CONTAINS("--fingerprint sha256:", refused.error().message.c_str());
  CHECK(refused.error().message.find("secret") == std::string::npos);
  CHECK(!is_cut(refused.error()));
  CHECK(ask("127.0.0.1", shown_fingerprint(refused.error())).has_value());
  CHECK(!ask("127.0.0.1", {}).has_value());
  LONGS_EQUAL(3, server.requests().size());
  STRCMP_EQUAL("", server.requests()[0].c_str());
  STRCMP_CONTAINS("Authorization: Bearer secret\r\n", server.requests()[1].c_str());
  STRCMP_EQUAL("", server.requests()[2].c_str());
}

TEST(SecureDevice, the_pinned_certificate_is_trusted_and_another_is_not) {
  const auto shown = shown_fingerprint(ask("127.0.0.1", {}).error());
  const auto trusted = ask("127.0.0.1", shown);
  CHECK_TEXT(trusted.has_value(), trusted ? "" : trusted.error().message.c_str());
  const auto refused = ask("127.0.0.1", std::string(64, '0'));
  CHECK(!refused.has_value());
  STRCMP_CONTAINS("another certificate", refused.error().message.c_str());
}

TEST(SecureDevice, the_systems_authorities_vouch_for_the_host_that_the_certificate_names_alone) {
  ::setenv("SSL_CERT_FILE", (folder / "cert.pem").c_str(), 1);
  const auto trusted = ask("localhost", {});
  CHECK_TEXT(trusted.has_value(), trusted ? "" : trusted.error().message.c_str());
  CHECK(!ask("127.0.0.1", {}).has_value());
}

TEST(SecureDevice, a_device_without_tls_is_told_apart) {
  CannedServer plain;
  plain.answer({{"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"}});
  Device at({"lab", {"127.0.0.1", plain.port(), true}, {}, {}});
  const auto refused = at.get("/v1/status");
  CHECK(!refused.has_value());
  STRCMP_CONTAINS("write http://127.0.0.1:", refused.error().message.c_str());
}
