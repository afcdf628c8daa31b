#include "control/file_routes.hpp"

#include <CppUTest/TestHarness.h>
#include <fmt/format.h>

#include <memory>

#include "control/made_up_device.hpp"
#include "control/sample_store.hpp"
#include "control/server.hpp"
#include "support/raw_connection.hpp"

using namespace tarsier;

TEST_GROUP(FileRoutes) {
  SampleStore store;
  MadeUpDevice device;
  Router router;
  std::unique_ptr<Server> server;

  void setup() override {
    device.store = store.path();
    add_file_routes(router, device, std::make_shared<Worker>("test"));
  }
  Response send(const std::string& method, const std::string& target, const std::string& body = "") {
    const auto question = target.find('?');
    Request request{.method = method, .path = target.substr(0, question)};
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.body = body;
    return ask_and_wait(router, request);
  }
  std::string fetch(const std::string& method, const std::string& path, const std::string& headers = "") {
    if (!server) server = std::move(*Server::start({.listen = "127.0.0.1:0"}, router));
    RawConnection connection(server->port());
    connection.send(
        fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}\r\n", method, path, headers));
    return connection.read();
  }
};

TEST(FileRoutes, runs_and_their_files_are_listed) {
  const auto runs = Json::parse(send("GET", "/v1/runs").text());
  CHECK_EQUAL(std::string("night-1"), runs[0]["run"].get<std::string>());
  CHECK(runs[0]["current"] == true);
  const auto files = Json::parse(send("GET", "/v1/runs/night-1/files").text());
  CHECK_EQUAL(4U, files.size());
  CHECK_EQUAL(std::string("plate-a/one.h5"), files[0]["path"].get<std::string>());
  CHECK_EQUAL(404U, send("GET", "/v1/runs/night-2/files").status);
}

TEST(FileRoutes, an_idle_device_has_no_current_run) {
  device.state = "idle";
  CHECK(Json::parse(send("GET", "/v1/runs").text())[0]["current"] == false);
}

TEST(FileRoutes, a_run_is_its_manifest_as_it_lies_there) {
  const auto text = fetch("GET", "/v1/runs/night-1");
  CHECK(Json::parse(text.substr(text.find("\r\n\r\n")))["run"] == "night-1");
  CHECK(fetch("GET", "/v1/runs/night-1/files/run.json").ends_with(text.substr(text.find("\r\n\r\n"))));
}

TEST(FileRoutes, a_file_arrives_byte_for_byte) {
  const auto text = fetch("GET", "/v1/runs/night-1/files/plate-a/two.h5");
  STRCMP_CONTAINS("200 OK", text.c_str());
  CHECK(text.ends_with("\r\n\r\n" + store.second));
}

TEST(FileRoutes, the_end_of_a_file_arrives_alone) {
  const auto text = fetch("GET", "/v1/runs/night-1/files/plate-a/two.h5", "Range: bytes=299999-\r\n");
  STRCMP_CONTAINS("206 Partial Content", text.c_str());
  STRCMP_CONTAINS("Content-Range: bytes 299999-300002/300003", text.c_str());
  CHECK(text.ends_with("\r\n\r\nxend"));
}

TEST(FileRoutes, head_tells_the_length_without_the_file) {
  const auto text = fetch("HEAD", "/v1/runs/night-1/files/plate-a/two.h5");
  STRCMP_CONTAINS("Content-Length: 300003", text.c_str());
  STRCMP_CONTAINS("Repr-Digest: sha-256=:", text.c_str());
  CHECK(text.ends_with("\r\n\r\n"));
}

TEST(FileRoutes, no_coding_of_a_path_leads_elsewhere) {
  for (const std::string path :
       {"../secret", "%2e%2e/secret", "..%2fsecret", "plate-a/%2e%2e/%2e%2e/secret", "%2fetc%2fpasswd",
        "%252e%252e/secret", "..%5csecret", "%c0%ae%c0%ae/secret", "plate-a/one.h5%00", "//etc/passwd"}) {
    const auto text = fetch("GET", "/v1/runs/night-1/files/" + path);
    CHECK_TEXT(text.starts_with("HTTP/1.1 404") || text.starts_with("HTTP/1.1 400"), path.c_str());
    CHECK(text.find("nobody's business") == std::string::npos);
  }
}

TEST(FileRoutes, a_copy_is_marked_with_its_hash) {
  const auto hash = SampleStore::sha256(store.second);
  CHECK_EQUAL(200U, send("POST", "/v1/runs/night-1/files/plate-a/two.h5/pulled", Json{{"sha256", hash}}.dump()).status);
  CHECK(device.asked == std::vector{"pulled night-1 plate-a/two.h5 " + hash});
  for (const std::string body : {R"({})", R"({"sha256": "00"})", R"({"sha256": 7})"})
    CHECK_EQUAL(422U, send("POST", "/v1/runs/night-1/files/plate-a/two.h5/pulled", body).status);
}

TEST(FileRoutes, deleting_what_was_not_pulled_must_be_said) {
  CHECK_EQUAL(200U, send("DELETE", "/v1/runs/night-1").status);
  CHECK_EQUAL(200U, send("DELETE", "/v1/runs/night-1?unpulled=1").status);
  CHECK(device.asked == (std::vector<std::string>{"delete night-1", "delete night-1 unpulled"}));
}
