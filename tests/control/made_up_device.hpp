// A device that answers with values that a test put there, and remembers what it was asked.
#pragma once

#include <future>
#include <string>
#include <utility>
#include <vector>

#include "control/device_api.hpp"
#include "control/router.hpp"

namespace tarsier {

class MadeUpDevice final : public DeviceApi {
 public:
  std::string state = "recording";
  std::string status_text;  // instead of one of the state alone
  ConfigView present;
  std::filesystem::path store;
  ConfigAnswer config_answer;
  Answer<Json> answer = Json{{"run", "night-1"}};
  Answer<FrameCopy> image = tl::make_unexpected(Refusal{404, "no image yet"});
  RowsPage page;
  std::vector<std::string> asked;  // one line a call
  ConfigChange change;             // the last one

  std::shared_ptr<const std::string> status() override {
    const Json document = {{"state", state}, {"run", "night-1"}};
    return std::make_shared<const std::string>(status_text.empty() ? document.dump(2) + "\n" : status_text);
  }
  ConfigView config() override { return present; }
  Json history() override { return Json::array({{{"generation", present.generation}}}); }
  Answer<Json> generation(std::uint32_t number) override {
    if (number == present.generation) return present.document;
    return tl::make_unexpected(Refusal{404, "no such generation"});
  }
  std::filesystem::path store_directory() override { return store; }
  RowsPage rows(const std::string& camera, std::optional<std::uint64_t> since_id, std::size_t limit) override {
    asked.push_back("rows " + camera + " " + (since_id ? std::to_string(*since_id) : "newest") + " " +
                    std::to_string(limit));
    return page;
  }
  std::vector<std::string> cameras() override { return {"plate-a"}; }
  void change_config(ConfigChange wanted, Done<ConfigAnswer> done) override {
    asked.push_back("change");
    change = std::move(wanted);
    done(config_answer);
  }
  void rollback(RollbackRequest request, Done<ConfigAnswer> done) override {
    asked.push_back((request.local ? "rollback " : "rollback from elsewhere ") +
                    (request.to ? std::to_string(*request.to) : "one"));
    done(config_answer);
  }
  void start_run(StartRequest request, Done<Answer<Json>> done) override {
    asked.push_back("start " + (request.duration_s ? Json(*request.duration_s).dump() : "without end"));
    done(answer);
  }
  void stop_run(Done<Answer<Json>> done) override { note("stop", done); }
  void rotate(Done<Answer<Json>> done) override { note("rotate", done); }
  void mark(std::string text, Done<Answer<Json>> done) override { note("mark " + text, done); }
  void mark_pulled(std::string run, std::string file, std::string sha256, Done<Answer<Json>> done) override {
    note("pulled " + run + " " + file + " " + sha256, done);
  }
  void delete_run(std::string run, bool unpulled, Done<Answer<Json>> done) override {
    note("delete " + run + (unpulled ? " unpulled" : ""), done);
  }
  void frame(std::string camera, Done<Answer<FrameCopy>> done) override {
    asked.push_back("frame " + camera);
    done(image);
  }
  void projection(std::string camera, std::string kind, Done<Answer<FrameCopy>> done) override {
    asked.push_back("projection " + camera + " " + kind);
    done(image);
  }

 private:
  void note(const std::string& line, const Done<Answer<Json>>& done) {
    asked.push_back(line);
    done(answer);
  }
};

// Asks a router and returns what it replied at once; status 0: nothing.
inline Response ask(const Router& router, const Request& request) {
  Response given{0, "", {}, {}};
  router(request, [&](Response response) { given = std::move(response); });
  return given;
}

// The same of one that may reply later, on another thread.
inline Response ask_and_wait(const Router& router, const Request& request) {
  const auto answer = std::make_shared<std::promise<Response>>();
  router(request, [answer](Response response) { answer->set_value(std::move(response)); });
  return answer->get_future().get();
}

}  // namespace tarsier
