#include "daemon/status_fields.hpp"

#include <CppUTest/TestHarness.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "daemon/made_up_board.hpp"
#include "daemon/service.hpp"
#include "support/free_port.hpp"
#include "support/raw_connection.hpp"

using namespace tarsier;

namespace {

constexpr auto committed = TARSIER_SOURCE_DIR "/docs/status.md";

// "" of what is no number, string or boolean.
std::string type_of(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "boolean";
  if (value.is_number_integer()) return "integer";
  return value.is_number() ? "number" : value.is_string() ? "string" : "";
}

bool holds(const StatusField& field, const Json& value) {
  const std::string allowed = field.type;
  const std::string type = type_of(value);
  if (type == "integer" && allowed.starts_with("number")) return true;  // 60.0 may be written as 60
  return !type.empty() && allowed.find(type) != std::string::npos;
}

std::string child(const std::string& place, const std::string& key) { return place + "/" + key; }

const StatusField* field_of(const std::string& pattern) {
  for (const StatusField& field : status_fields())
    if (pattern == field.pattern) return &field;
  return nullptr;
}

// Whether some field lies below this place.
bool leads_on(const std::string& place) {
  for (const StatusField& field : status_fields())
    if (std::string(field.pattern).starts_with(place + "/")) return true;
  return false;
}

// Every leaf of `value`, which stands at `place`: its pattern into `seen`, or a word on it into `unknown`.
void walk(const Json& value, const std::string& place, std::set<std::string>& seen, std::set<std::string>& unknown) {
  if (value.is_structured() && leads_on(place)) {
    for (const auto& [key, below] : value.items()) {
      const bool any = value.is_array() || leads_on(place + "/*");
      walk(below, child(place, any ? "*" : key), seen, unknown);
    }
    return;
  }
  const StatusField* field = field_of(place);
  if (field != nullptr && holds(*field, value)) {
    seen.insert(place);
  } else {
    unknown.insert(fmt::format("{} ({})", place, value.dump()));
  }
}

std::string joined(const std::set<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

}  // namespace

TEST_GROUP(StatusFields) {
  TemporaryFolder folder;
  MadeUpBoard board;
  std::set<std::string> seen, unknown;

  // What a device says over HTTP while it records.
  Json real_status() {
    board.raspberry_pi();
    const auto port = free_port();
    const Json rig = {
        {"experiment", "e"},
        {"device", "d"},
        {"cameras",
         {{{"name", "cam"}, {"source", {{"pipeline", "test"}, {"width_px", 64}, {"height_px", 48}, {"fps", 100}}}}}},
        {"store", {{"directory", (folder / "store").string()}, {"reserve_mib", 0}}},
        {"control", {{"listen", fmt::format("127.0.0.1:{}", port)}}}};
    ServiceOptions options;
    options.sys = board.sys();
    const auto service = Service::open(rig, folder / "rig.json", options);
    if (!service) FAIL(service.error().message.c_str());
    std::atomic<StopRequest> stop{StopRequest::none};
    Json status;
    const auto summary = (*service)->run(stop, [&](const Progress& progress) {
      if (progress.delivered == 0 || stop.load() != StopRequest::none) return;
      RawConnection client(port);
      client.send("GET /v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      const std::string answer = client.read();
      status = Json::parse(answer.substr(answer.find("\r\n\r\n")));
      // The board is looked at on a thread of its own.
      if (status.contains("board")) stop = StopRequest::end;
    });
    if (!summary) FAIL(summary.error().message.c_str());
    return status;
  }
};

TEST(StatusFields, the_committed_page_is_that_of_the_table) {
  const auto expected = status_reference();
  if (std::getenv("TARSIER_WRITE_STATUS") != nullptr) std::ofstream(committed) << expected;
  std::ifstream file(committed);
  const std::string present((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  CHECK_TEXT(present == expected, "write it anew: TARSIER_WRITE_STATUS=1 build/bin/daemon_test -g StatusFields");
}

TEST(StatusFields, each_is_described_once) {
  std::set<std::string> patterns;
  for (const StatusField& field : status_fields()) CHECK_TEXT(patterns.insert(field.pattern).second, field.pattern);
}

TEST(StatusFields, a_real_status_has_no_field_that_is_not_described_and_lacks_none_that_is) {
  walk(real_status(), "", seen, unknown);
  CHECK_TEXT(unknown.empty(), joined(unknown).c_str());
  const std::set<std::string> when_something_is_wrong = {"/fault",
                                                         "/cameras/*/last_error",
                                                         "/disk/blocked/*/thread",
                                                         "/disk/blocked/*/operation",
                                                         "/disk/blocked/*/file",
                                                         "/disk/blocked/*/seconds"};
  std::set<std::string> lacking;
  for (const StatusField& field : status_fields()) {
    if (!seen.contains(field.pattern) && !when_something_is_wrong.contains(field.pattern))
      lacking.insert(field.pattern);
  }
  CHECK_TEXT(lacking.empty(), joined(lacking).c_str());
}

TEST(StatusFields, a_field_of_another_type_or_name_would_be_noticed) {
  walk({{"state", 3}, {"stat", "idle"}, {"clock", {{"drift", 1}}}}, "", seen, unknown);
  CHECK_EQUAL(3, unknown.size());
}
