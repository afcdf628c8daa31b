// One entry of the route table: what is asked, who may ask, who answers, and the words about it from which the
// descriptions of the interface are made.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "control/device_api.hpp"
#include "control/message.hpp"

namespace tarsier {

// A parameter of the query. `schema` is a JSON Schema with type (integer, number, string or boolean) and, where there
// are, minimum, maximum, enum and default: what it says is checked before the handler is called.
struct QueryParameter {
  std::string name;
  std::string help;
  Json schema;
};

struct AnswerText {
  unsigned status = 200;
  std::string help;
  std::string content_type{};  // empty: no body
  Json schema{};               // of JSON; null: nothing is said about it
};

struct RouteText {
  std::string summary;
  std::vector<QueryParameter> query{};
  Json request{};  // JSON Schema of the body; null: there is none
  std::vector<AnswerText> answers{};
};

class LiveFeed;

struct Route {
  std::string method;
  std::string path;  // "/v1/runs/{run}/files/{path...}": a name in braces is one segment, with dots it is the rest
  Role needs = Role::read;
  RouteText text;
  Handler handler;
  std::vector<std::string> content_types{};  // of the body, the usual one first; empty: a request has no body
  Bytes most_body = kibibytes(64);
  std::function<Answer<std::shared_ptr<LiveFeed>>(const Request&)> feed{};  // of one that upgrades to a WebSocket
};

}  // namespace tarsier
