#include "control/file_routes.hpp"

#include <memory>

#include "control/byte_range.hpp"
#include "control/route_words.hpp"
#include "control/run_files.hpp"

namespace tarsier {
namespace {

// The files are used on the worker's thread alone. Its jobs hold the files, never the worker that they run on.
struct Shelf {
  std::shared_ptr<RunFiles> files;
  std::shared_ptr<Worker> worker;
};

// The run that is being recorded; empty: none.
std::string current_run(DeviceApi& device) {
  const Json status = Json::parse(*device.status());
  const auto state = status.value("state", "");
  const bool records = state == "armed" || state == "recording" || state == "draining";
  const auto run = status.find("run");
  return records && run != status.end() && run->is_string() ? run->get<std::string>() : "";
}

// A handler that does its work, which may wait for the disk, on the worker.
template <typename Work>
Handler on_disk(const Shelf& shelf, Work work) {
  return [shelf, work](const Request& request, const Reply& reply) {
    shelf.worker->post([files = shelf.files, work, request, reply] { reply(work(*files, request)); });
  };
}

Response file_list(RunFiles& files, const Request& request) {
  const auto index = files.index(request.parameters.at("run"));
  if (!index) return refused(index.error(), request.path);
  Json list = Json::array();
  for (const auto& file : (*index)->files) list.push_back(to_json(file));
  return json_response(list);
}

Response manifest(RunFiles& files, const Request& request) {
  const auto file = files.manifest(request.parameters.at("run"));
  return file ? file_response(request, *file, std::string(json_type)) : refused(file.error(), request.path);
}

Response one_file(RunFiles& files, const Request& request) {
  const auto& path = request.parameters.at("path");
  const auto file = files.open(request.parameters.at("run"), path);
  if (!file) return refused(file.error(), request.path);
  return file_response(request, *file, path.ends_with(".json") ? std::string(json_type) : "application/x-hdf5");
}

Json pulled_schema() {
  return object_schema({{"sha256", typed("string", "of the copy, 64 hexadecimal digits")}}, {"sha256"});
}

void mark_pulled(DeviceApi& device, const Request& request, const Reply& reply) {
  const auto body = small_body(request, pulled_schema());
  if (!body) return reply(body.error());
  auto sha256 = body->at("sha256").get<std::string>();
  if (sha256.size() != 64 || sha256.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return reply(problem(422, "sha256: must be 64 lower-case hexadecimal digits", request.path));
  }
  device.mark_pulled(request.parameters.at("run"), request.parameters.at("path"), std::move(sha256),
                     replying(request, reply));
}

void add_lists(Router& router, DeviceApi& device, const Shelf& shelf) {
  const auto list = [](const char* help) {
    return json_answer(help, {{"type", "array"}, {"items", {{"type", "object"}}}});
  };
  const auto no_run = problem_answer(404, "there is no such run");
  router.add({"GET",
              "/v1/runs",
              Role::read,
              {.summary = "The runs of the store, by name: run, started, ended, current, cameras, segments, bytes, "
                          "unpulled.",
               .answers = {list("the runs")}},
              [&device, shelf](const Request&, const Reply& reply) {
                shelf.worker->post([files = shelf.files, current = current_run(device), reply] {
                  reply(json_response(files->runs(current)));
                });
              }});
  router.add({"GET",
              "/v1/runs/{run}",
              Role::read,
              {.summary = "The manifest of a run, run.json.", .answers = {json_answer("run.json"), no_run}},
              on_disk(shelf, manifest)});
  router.add({"GET",
              "/v1/runs/{run}/files",
              Role::read,
              {.summary = "The files of a run: path, camera, bytes, sha256, sealed, pulled, deleted.",
               .answers = {list("the files"), no_run}},
              on_disk(shelf, file_list)});
}

void add_files(Router& router, DeviceApi& device, const Shelf& shelf) {
  const std::string binary = "application/x-hdf5";
  router.add({"GET",
              "/v1/runs/{run}/files/{path...}",
              Role::read,
              {.summary = "A sealed file of a run, or run.json; one Range at a time, ETag and Repr-Digest are its "
                          "SHA-256.",
               .answers = {{200, "the file", binary},
                           {206, "the part that Range asks for", binary},
                           {304, "If-None-Match names the file's tag"},
                           problem_answer(404, "run.json does not list it"),
                           problem_answer(409, "it is still being written; rotate first"),
                           problem_answer(416, "Range begins behind the file's end")}},
              on_disk(shelf, one_file)});
  router.add({"POST",
              "/v1/runs/{run}/files/{path...}/pulled",
              Role::control,
              {.summary = "Notes that a file was copied away and found right.",
               .request = pulled_schema(),
               .answers = {json_answer("noted"), problem_answer(404, "there is no such file"),
                           problem_answer(409, "the file has another SHA-256, or none yet")}},
              [&device](const Request& request, const Reply& reply) { mark_pulled(device, request, reply); },
              {std::string(json_type)}});
  router.add({"DELETE",
              "/v1/runs/{run}",
              Role::control,
              {.summary = "Deletes a run that is over and was pulled.",
               .query = {{"unpulled", "also what nobody has pulled", {{"type", "boolean"}, {"default", false}}}},
               .answers = {json_answer("deleted"), problem_answer(404, "there is no such run"),
                           problem_answer(409, "it is being recorded, or was not pulled")}},
              [&device](const Request& request, const Reply& reply) {
                device.delete_run(request.parameters.at("run"), request.arguments.at("unpulled").get<bool>(),
                                  replying(request, reply));
              }});
}

}  // namespace

void add_file_routes(Router& router, DeviceApi& device, const std::shared_ptr<Worker>& worker) {
  const Shelf shelf{std::make_shared<RunFiles>(device.store_directory()), worker};
  add_lists(router, device, shelf);
  add_files(router, device, shelf);
}

}  // namespace tarsier
