#include "daemon/status_device.hpp"

#include <utility>

namespace tarsier {
namespace {

Refusal not_here() { return {503, "this process answers its status alone"}; }

template <typename Value>
void refuse(const Done<Answer<Value>>& done) {
  done(tl::make_unexpected(not_here()));
}

void refuse(const Done<ConfigAnswer>& done) {
  ConfigAnswer answer;
  answer.detail = not_here().detail;
  done(std::move(answer));
}

class StatusDevice final : public DeviceApi {
 public:
  explicit StatusDevice(std::function<Json()> status) : status_(std::move(status)) {}

  std::shared_ptr<const std::string> status() override {
    return std::make_shared<const std::string>(status_().dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  }
  ConfigView config() override { return {}; }
  Json history() override { return Json::array(); }
  Answer<Json> generation(std::uint32_t /*generation*/) override { return tl::make_unexpected(not_here()); }
  std::filesystem::path store_directory() override { return {}; }
  RowsPage rows(const std::string& /*camera*/, std::optional<std::uint64_t> /*since_id*/,
                std::size_t /*limit*/) override {
    return {};
  }
  std::vector<std::string> cameras() override { return {}; }
  void change_config(ConfigChange /*change*/, Done<ConfigAnswer> done) override { refuse(done); }
  void rollback(std::optional<std::uint32_t> /*to*/, std::optional<std::uint32_t> /*expected*/,
                Done<ConfigAnswer> done) override {
    refuse(done);
  }
  void start_run(StartRequest /*request*/, Done<Answer<Json>> done) override { refuse(done); }
  void stop_run(Done<Answer<Json>> done) override { refuse(done); }
  void rotate(Done<Answer<Json>> done) override { refuse(done); }
  void mark(std::string /*text*/, Done<Answer<Json>> done) override { refuse(done); }
  void mark_pulled(std::string /*run*/, std::string /*file*/, std::string /*sha256*/,
                   Done<Answer<Json>> done) override {
    refuse(done);
  }
  void delete_run(std::string /*run*/, bool /*unpulled*/, Done<Answer<Json>> done) override { refuse(done); }
  void frame(std::string /*camera*/, Done<Answer<FrameCopy>> done) override { refuse(done); }
  void projection(std::string /*camera*/, std::string /*kind*/, Done<Answer<FrameCopy>> done) override { refuse(done); }

 private:
  const std::function<Json()> status_;
};

}  // namespace

std::unique_ptr<DeviceApi> status_device(std::function<Json()> status) {
  return std::make_unique<StatusDevice>(std::move(status));
}

}  // namespace tarsier
