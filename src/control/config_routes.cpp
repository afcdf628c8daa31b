#include "control/config_routes.hpp"

#include <fmt/format.h>

#include <charconv>

#include "config/parse.hpp"
#include "control/route_words.hpp"

namespace tarsier {
namespace {

// A rig of 96 wells takes 30 KiB.
constexpr Bytes largest_rig = mebibytes(1);

std::string etag_of(std::uint32_t generation) { return fmt::format("\"{}\"", generation); }

Json answer_schema() {
  return object_schema({{"generation", typed("integer", "that the device has now")},
                        {"changes", {{"type", "array"}, {"description", "of pointer, from, to and class"}}},
                        {"plan", typed("object", "memory, disk and bandwidth")},
                        {"needs_arm", typed("boolean", "a field of class arm changes")}});
}

std::vector<AnswerText> change_answers() {
  return {json_answer("accepted", answer_schema()),
          problem_answer(400, "the body is no JSON"),
          problem_answer(403, "a field of class local would change, which only this machine may"),
          problem_answer(409, "a field of class arm would change, and the device is recording"),
          problem_answer(412, "If-Match names another generation than the present one"),
          problem_answer(422, "the rig is refused: all of its problems, each with its JSON pointer")};
}

ChangeKind kind_of(const std::string& content_type) {
  if (content_type == merge_patch_type) return ChangeKind::merge_patch;
  if (content_type == json_patch_type) return ChangeKind::json_patch;
  return ChangeKind::whole;
}

// The generation that If-Match wants; none: any. An entity tag that is none of ours is a generation that never is.
std::optional<std::uint32_t> expected_generation(const std::string& if_match) {
  if (if_match.empty() || if_match == "*") return std::nullopt;
  std::uint32_t generation = 0;
  const bool quoted = if_match.size() > 2 && if_match.front() == '"' && if_match.back() == '"';
  const char* const last = if_match.data() + if_match.size() - 1;
  const auto [end, error] = quoted ? std::from_chars(if_match.data() + 1, last, generation)
                                   : std::from_chars_result{nullptr, std::errc::invalid_argument};
  return error == std::errc() && end == last ? generation : 0;
}

void change(DeviceApi& device, const Request& request, const Reply& reply, bool dry_run) {
  auto document = parse_json(request.body, "the body");
  if (!document) return reply(problem(400, document.error().message, request.path));
  ConfigChange wanted;
  wanted.kind = kind_of(request.content_type);
  wanted.document = std::move(*document);
  wanted.expected = expected_generation(request.if_match);
  wanted.local = request.local;
  wanted.origin = fmt::format("{} from {}", request.method, request.peer);
  wanted.dry_run = dry_run;
  device.change_config(std::move(wanted), [reply, dry_run, path = request.path](const ConfigAnswer& answer) {
    reply(to_response(answer, dry_run, path));
  });
}

Response present_config(DeviceApi& device, const Request& request) {
  const auto view = device.config();
  const auto etag = etag_of(view.generation);
  if (request.if_none_match == etag) return {304, "", {}, {{"ETag", etag}}};
  auto response = json_response(view.document);
  response.headers.emplace_back("ETag", etag);
  return response;
}

Response one_generation(DeviceApi& device, const Request& request) {
  const std::string& text = request.parameters.at("generation");
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return problem(404, "a generation is a number", request.path);
  }
  const auto found = device.generation(number);
  return found ? json_response(*found) : refused(found.error(), request.path);
}

std::vector<AnswerText> rollback_answers() {
  auto answers = change_answers();
  answers.push_back(problem_answer(404, "there is no such generation"));
  return answers;
}

Json rollback_schema() { return object_schema({{"generation", typed("integer", "default: the one before")}}); }

void rollback(DeviceApi& device, const Request& request, const Reply& reply) {
  const auto body = small_body(request, rollback_schema());
  if (!body) return reply(body.error());
  RollbackRequest wanted{{}, expected_generation(request.if_match), request.local, request.peer};
  if (const auto to = body->find("generation"); to != body->end()) {
    if (to->get<std::uint64_t>() > UINT32_MAX) return reply(problem(404, "no such generation", request.path));
    wanted.to = to->get<std::uint32_t>();
  }
  device.rollback(std::move(wanted), [reply, path = request.path](const ConfigAnswer& answer) {
    reply(to_response(answer, false, path));
  });
}

Handler changing(DeviceApi& device, const std::shared_ptr<Worker>& worker, bool dry_run) {
  return [&device, worker, dry_run](const Request& request, const Reply& reply) {
    worker->post([&device, request, reply, dry_run] { change(device, request, reply, dry_run); });
  };
}

void add_reads(Router& router, DeviceApi& device, const std::shared_ptr<Worker>& worker) {
  router.add({"GET",
              "/v1/config",
              Role::read,
              {.summary = "The rig with its defaults; its generation is the ETag.",
               .answers = {json_answer("the rig", typed("object", "as /v1/config/schema says")),
                           {304, "If-None-Match names the present generation"}}},
              [&device](const Request& request, const Reply& reply) { reply(present_config(device, request)); }});
  router.add(
      {"GET",
       "/v1/config/schema",
       Role::read,
       {.summary = "JSON Schema (draft 2020-12) of a rig.",
        .answers = {{200, "the schema", "application/schema+json", typed("object")}}},
       [schema = std::make_shared<const std::string>(rig_schema().dump(2) + "\n")](const Request&, const Reply& reply) {
         reply({200, "application/schema+json", shared_text(schema), {}});
       }});
  router.add({"GET",
              "/v1/config/history",
              Role::read,
              {.summary = "The generations of the rig, oldest first.",
               .answers = {json_answer("the generations", {{"type", "array"}, {"items", {{"type", "object"}}}})}},
              [&device](const Request&, const Reply& reply) { reply(json_response(device.history())); }});
  router.add({"GET",
              "/v1/config/history/{generation}",
              Role::read,
              {.summary = "The rig of one generation.",
               .answers = {json_answer("that rig"), problem_answer(404, "there is no such generation")}},
              [&device, worker](const Request& request, const Reply& reply) {
                worker->post([&device, request, reply] { reply(one_generation(device, request)); });
              }});
}

void add_writes(Router& router, DeviceApi& device, const std::shared_ptr<Worker>& worker) {
  const std::string json(json_type);
  const std::string merge(merge_patch_type);
  const std::string patch(json_patch_type);
  router.add({"PUT",
              "/v1/config",
              Role::control,
              {.summary = "Replaces the rig, if nothing is wrong with the new one.",
               .request = typed("object", "a rig"),
               .answers = change_answers()},
              changing(device, worker, false),
              {json},
              largest_rig});
  router.add({"PATCH",
              "/v1/config",
              Role::control,
              {.summary = "Changes the rig by a merge patch (RFC 7396) or a JSON patch (RFC 6902).",
               .request = Json::object(),
               .answers = change_answers()},
              changing(device, worker, false),
              {merge, patch},
              largest_rig});
  router.add({"POST",
              "/v1/config/validate",
              Role::control,
              {.summary = "Says what a rig or a patch would do, and changes nothing. While nothing is recorded it "
                          "opens the cameras of a source that is not known yet.",
               .request = Json::object(),
               .answers = change_answers()},
              changing(device, worker, true),
              {json, merge, patch},
              largest_rig});
  router.add({"POST",
              "/v1/config/rollback",
              Role::control,
              {.summary = "Takes back an earlier rig as a new generation.",
               .request = rollback_schema(),
               .answers = rollback_answers()},
              [&device](const Request& request, const Reply& reply) { rollback(device, request, reply); },
              {json}});
}

std::string listed(const std::vector<std::string>& pointers) {
  std::string text;
  for (const auto& pointer : pointers) text += (text.empty() ? "" : ", ") + pointer;
  return text;
}

}  // namespace

void add_config_routes(Router& router, DeviceApi& device, const std::shared_ptr<Worker>& worker) {
  add_reads(router, device, worker);
  add_writes(router, device, worker);
}

Response to_response(const ConfigAnswer& answer, bool dry_run, const std::string& path) {
  if (answer.stale) {
    return problem(412, fmt::format("the present generation is {}; read it and change that", answer.generation), path,
                   {{"generation", answer.generation}});
  }
  if (answer.not_a_patch) return problem(422, answer.detail, path);
  if (answer.no_such_generation) return problem(404, answer.detail, path);
  if (!answer.problems.empty()) {
    return problem(422, "the rig is refused; nothing has changed", path,
                   {{"problems", problems_json(answer.problems)}});
  }
  const Json pointers = {{"pointers", answer.refused_pointers}};
  if (answer.needs_local) {
    return problem(403, "only this machine itself may change " + listed(answer.refused_pointers), path, pointers);
  }
  if (answer.needs_arm && !answer.accepted && !dry_run) {
    const auto detail = "stop the run first: it cannot go on with another " + listed(answer.refused_pointers);
    return problem(409, answer.detail.empty() ? detail : answer.detail, path, pointers);
  }
  if (!answer.accepted) return refused({503, answer.detail}, path);
  auto response = json_response({{"generation", answer.generation},
                                 {"changes", answer.changes},
                                 {"plan", answer.plan},
                                 {"needs_arm", answer.needs_arm}});
  response.headers.emplace_back("ETag", etag_of(answer.generation));
  return response;
}

}  // namespace tarsier
