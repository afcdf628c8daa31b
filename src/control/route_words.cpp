#include "control/route_words.hpp"

#include <fmt/format.h>

#include "config/parse.hpp"

namespace tarsier {
namespace {

bool has_type(const Json& value, const std::string& type) {
  if (type == "integer") return value.is_number_unsigned();
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  return value.is_boolean();
}

// What is wrong with one member; empty: nothing.
std::string fault_of(const std::string& name, const Json& value, const Json& properties) {
  const auto known = properties.find(name);
  if (known == properties.end()) return name + ": unknown key";
  const auto type = known->at("type").get<std::string>();
  return has_type(value, type) ? "" : fmt::format("{}: must be of type {}", name, type);
}

std::string fault_of(const Json& body, const Json& schema) {
  if (!body.is_object()) return "the body must be an object";
  for (const auto& [name, value] : body.items()) {
    if (auto fault = fault_of(name, value, schema.at("properties")); !fault.empty()) return fault;
  }
  for (const auto& name : schema.value("required", Json::array())) {
    if (!body.contains(name.get<std::string>())) return name.get<std::string>() + ": is missing";
  }
  return "";
}

}  // namespace

Json object_schema(Json properties, const std::vector<std::string>& required) {
  Json schema = {{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

Json typed(std::string_view type, std::string_view description) {
  Json schema = {{"type", type}};
  if (!description.empty()) schema["description"] = description;
  return schema;
}

AnswerText json_answer(std::string help, Json schema, unsigned status) {
  return {status, std::move(help), std::string(json_type), std::move(schema)};
}

AnswerText problem_answer(unsigned status, std::string help) {
  return {status, std::move(help), "application/problem+json"};
}

tl::expected<Json, Response> small_body(const Request& request, const Json& schema) {
  Json body = Json::object();
  if (!request.body.empty()) {
    auto parsed = parse_json(request.body, "the body");
    if (!parsed) return tl::make_unexpected(problem(400, parsed.error().message, request.path));
    body = std::move(*parsed);
  }
  if (const auto fault = fault_of(body, schema); !fault.empty()) {
    return tl::make_unexpected(problem(422, fault, request.path));
  }
  return body;
}

Response refused(const Refusal& refusal, const std::string& path) {
  auto response = problem(refusal.status, refusal.detail, path);
  if (refusal.status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

Done<Answer<Json>> replying(const Request& request, Reply reply, unsigned status) {
  return [path = request.path, reply = std::move(reply), status](const Answer<Json>& answer) {
    reply(answer ? json_response(*answer, status) : refused(answer.error(), path));
  };
}

}  // namespace tarsier
