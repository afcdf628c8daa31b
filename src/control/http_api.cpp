#include "control/http_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "control/route_words.hpp"

namespace tarsier {
namespace {

constexpr std::string_view problem_type = "application/problem+json";

// "/v1/runs/{run}/files/{path}" of a template whose last name has dots.
std::string openapi_path(std::string path) {
  if (const auto dots = path.find("...}"); dots != std::string::npos) path.erase(dots, 3);
  return path;
}

std::vector<std::string> path_names(const std::string& path) {
  std::vector<std::string> names;
  for (auto open = path.find('{'); open != std::string::npos; open = path.find('{', open + 1)) {
    names.push_back(path.substr(open + 1, path.find('}', open) - open - 1));
  }
  return names;
}

// "get_v1_runs_run_files_path".
std::string operation_id(const Route& route) {
  std::string id;
  for (const char letter : route.method + openapi_path(route.path)) {
    if (std::isalnum(static_cast<unsigned char>(letter)) != 0) {
      id += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    } else if (!id.empty() && id.back() != '_' && letter != '}') {
      id += '_';
    }
  }
  return id;
}

Json parameters_of(const Route& route) {
  Json parameters = Json::array();
  for (const auto& name : path_names(openapi_path(route.path))) {
    parameters.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  for (const auto& one : route.text.query) {
    parameters.push_back({{"name", one.name}, {"in", "query"}, {"description", one.help}, {"schema", one.schema}});
  }
  return parameters;
}

Json content_of(const AnswerText& answer) {
  if (answer.content_type == problem_type) return {{"schema", {{"$ref", "#/components/schemas/Problem"}}}};
  return answer.schema.is_null() ? Json::object() : Json{{"schema", answer.schema}};
}

Json answers_of(const Route& route) {
  Json answers = Json::object();
  for (const auto& answer : route.text.answers) {
    Json& one = answers[std::to_string(answer.status)];
    one["description"] = answer.help;
    if (!answer.content_type.empty()) one["content"][answer.content_type] = content_of(answer);
  }
  answers["default"] = {
      {"description", "any other problem: 400, 401, 403, 404, 405, 408, 413, 415, 431, 500, 503, 504"},
      {"content", {{problem_type, {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
  return answers;
}

Json body_of(const Route& route) {
  Json content = Json::object();
  for (const auto& type : route.content_types) content[type] = {{"schema", route.text.request}};
  return {{"content", content}};
}

Json operation_of(const Route& route) {
  Json operation = {{"operationId", operation_id(route)},
                    {"summary", route.text.summary},
                    {"description", fmt::format("Needs the role {}.", to_text(route.needs))},
                    {"parameters", parameters_of(route)}};
  if (!route.content_types.empty()) operation["requestBody"] = body_of(route);
  operation["responses"] = answers_of(route);
  operation["security"] = route.needs == Role::none ? Json::array({Json::object()})
                                                    : Json::array({{{"token", Json::array()}}, Json::object()});
  return operation;
}

Json problem_schema() {
  Json schema = object_schema(
      {{"type", typed("string")},
       {"title", typed("string")},
       {"status", typed("integer")},
       {"detail", typed("string", "what to do")},
       {"instance", typed("string", "the path that was asked for")},
       {"problems",
        {{"type", "array"}, {"description", "of a rig: each with its JSON pointer"}, {"items", {{"type", "object"}}}}}},
      {"title", "status", "detail"});
  schema["description"] = "RFC 9457";
  return schema;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text;
}

// "integer, 1 to 8192, default 640".
std::string words_of(const Json& schema) {
  std::string words = schema.value("type", "");
  if (schema.contains("enum")) {
    words.clear();
    for (const auto& one : schema["enum"]) words += (words.empty() ? "" : " or ") + one.get<std::string>();
  }
  if (schema.contains("minimum")) words += ", from " + schema["minimum"].dump();
  if (schema.contains("maximum")) words += ", to " + schema["maximum"].dump();
  if (schema.contains("default")) {
    const Json& value = schema["default"];
    words += ", default " + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return words;
}

std::string markdown_query(const Route& route) {
  if (route.text.query.empty()) return "";
  std::string text = "| parameter | values | |\n|---|---|---|\n";
  for (const auto& one : route.text.query) {
    text += fmt::format("| `{}` | {} | {} |\n", one.name, words_of(one.schema), one.help);
  }
  return text + "\n";
}

std::string markdown_body(const Route& route) {
  if (route.content_types.empty()) return "";
  std::string types;
  for (const auto& type : route.content_types) types += (types.empty() ? "`" : ", `") + type + "`";
  std::string text = "Body: " + types;
  const Json& properties = route.text.request.value("properties", Json::object());
  for (const auto& [name, schema] : properties.items()) {
    text += fmt::format("; `{}` ({}){}", name, schema.value("type", ""),
                        schema.contains("description") ? ": " + schema["description"].get<std::string>() : "");
  }
  return text + ".\n\n";
}

std::string markdown_answers(const Route& route) {
  std::string text = "| status | |\n|---|---|\n";
  for (const auto& answer : route.text.answers) {
    const bool plain = answer.content_type.empty() || answer.content_type == problem_type;
    text += fmt::format("| {} | {}{} |\n", answer.status, answer.help,
                        plain ? "" : fmt::format(" (`{}`)", answer.content_type));
  }
  return text + "\n";
}

constexpr std::string_view introduction =
    R"(# HTTP interface

Made from the table of routes by `TARSIER_WRITE_HTTP_API=1 build/bin/control_test -g HttpApi`; a test compares them. `GET /v1/openapi.json` is the same for programs (OpenAPI 3.1).

From this machine (127.0.0.1 or ::1) no token is needed; the Host header must then name the loopback. From others `Authorization: Bearer TOKEN` is, with a token of the role that the route needs, over TLS where the device has a certificate. A page of another origin is refused everywhere. POST, PUT and PATCH need one of the content types that the route names, even without a body. Every GET answers HEAD too. Queries are strict: an unknown or repeated parameter is an error.

Errors are `application/problem+json` (RFC 9457); `detail` says what to do. Beside those below: 400 (malformed), 401 (no token, or an unknown one), 403 (another role, Host or Origin), 404, 405, 413, 415, 431 (limits: headers of 8 KiB, bodies of 64 KiB and rigs of 1 MiB), 503 with Retry-After (too much at once), 504 (the device did not answer in time).

)";

}  // namespace

Json openapi_document(const Router& router) {
  Json paths = Json::object();
  for (const auto& route : router.routes()) paths[openapi_path(route.path)][lower(route.method)] = operation_of(route);
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "Tarsier"},
            {"version", TARSIER_VERSION},
            {"description", "Camera acquisition for unattended experiments."}}},
          {"paths", paths},
          {"components",
           {{"schemas", {{"Problem", problem_schema()}}},
            {"securitySchemes",
             {{"token",
               {{"type", "http"}, {"scheme", "bearer"}, {"description", "not needed from the device itself"}}}}}}}};
}

std::string http_api_markdown(const Router& router) {
  std::string text(introduction);
  for (const auto& route : router.routes()) {
    text += fmt::format("## {} {}\n\n{}{}\n\n", route.method, openapi_path(route.path), route.text.summary,
                        route.needs == Role::none ? "" : fmt::format(" Role: {}.", to_text(route.needs)));
    text += markdown_query(route) + markdown_body(route) + markdown_answers(route);
  }
  text.pop_back();
  return text;
}

void add_openapi_route(Router& router) {
  const auto text = std::make_shared<std::string>();
  router.add(
      {"GET",
       "/v1/openapi.json",
       Role::read,
       {.summary = "This interface as OpenAPI 3.1.", .answers = {json_answer("the description", typed("object"))}},
       [text](const Request&, const Reply& reply) {
         reply({200, "application/json", shared_text(text), {}});
       }});
  *text = openapi_document(router).dump(2) + "\n";
}

}  // namespace tarsier
