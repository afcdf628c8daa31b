#include "control/run_routes.hpp"

#include "control/route_words.hpp"

namespace tarsier {
namespace {

constexpr std::size_t longest_remark = 63;

Json start_schema() { return object_schema({{"duration_s", typed("number", "default: the rig's; 0: without end")}}); }

void start(DeviceApi& device, const Request& request, const Reply& reply) {
  const auto body = small_body(request, start_schema());
  if (!body) return reply(body.error());
  StartRequest wanted;
  if (const auto duration = body->find("duration_s"); duration != body->end()) {
    wanted.duration_s = duration->get<double>();
    if (!(*wanted.duration_s >= 0)) return reply(problem(422, "duration_s: must be 0 or more", request.path));
  }
  device.start_run(wanted, replying(request, reply, 201));
}

Json mark_schema() { return object_schema({{"text", typed("string", "at most 63 bytes")}}, {"text"}); }

void mark(DeviceApi& device, const Request& request, const Reply& reply) {
  const auto body = small_body(request, mark_schema());
  if (!body) return reply(body.error());
  auto text = body->at("text").get<std::string>();
  if (text.empty() || text.size() > longest_remark || text.find('\0') != std::string::npos) {
    return reply(problem(422, "text: must have 1 to 63 bytes", request.path));
  }
  device.mark(std::move(text), replying(request, reply, 201));
}

// A route without arguments of the body.
Handler bare(Handler handler) {
  return [handler = std::move(handler)](const Request& request, const Reply& reply) {
    const auto body = small_body(request, object_schema(Json::object()));
    if (!body) return reply(body.error());
    handler(request, reply);
  };
}

}  // namespace

void add_run_routes(Router& router, DeviceApi& device) {
  const std::string json(json_type);
  const auto not_now = [](std::string why) { return problem_answer(409, std::move(why)); };
  router.add({"POST",
              "/v1/runs",
              Role::control,
              {.summary = "Begins a run.",
               .request = start_schema(),
               .answers = {json_answer("it has begun", object_schema({{"run", typed("string")}}), 201),
                           not_now("a run is under way")}},
              [&device](const Request& request, const Reply& reply) { start(device, request, reply); },
              {json}});
  router.add(
      {"POST",
       "/v1/runs/current/stop",
       Role::control,
       {.summary = "Ends the run; all of its files are sealed when this answers.",
        .request = object_schema(Json::object()),
        .answers = {json_answer("it has ended"), not_now("nothing is recorded")}},
       bare([&device](const Request& request, const Reply& reply) { device.stop_run(replying(request, reply)); }),
       {json}});
  router.add({"POST",
              "/v1/runs/current/rotate",
              Role::control,
              {.summary = "Seals the open segments now, so that they can be fetched; the run goes on in new ones.",
               .request = object_schema(Json::object()),
               .answers = {json_answer("they are sealed"), not_now("nothing is recorded")}},
              bare([&device](const Request& request, const Reply& reply) { device.rotate(replying(request, reply)); }),
              {json}});
  router.add({"POST",
              "/v1/runs/current/marks",
              Role::control,
              {.summary = "Writes a remark into the files, with its time.",
               .request = mark_schema(),
               .answers = {json_answer("it is written", Json::object(), 201), not_now("nothing is recorded"),
                           problem_answer(422, "the text is too long")}},
              [&device](const Request& request, const Reply& reply) { mark(device, request, reply); },
              {json}});
}

}  // namespace tarsier
