#include "client/answer_json.hpp"

namespace tarsier {
namespace {

constexpr int deepest = 64;

}  // namespace

Json parse_answer(const std::string& text) {
  const auto keep = [](int depth, Json::parse_event_t /*event*/, const Json& /*parsed*/) { return depth <= deepest; };
  return Json::parse(text, keep, false);
}

}  // namespace tarsier
