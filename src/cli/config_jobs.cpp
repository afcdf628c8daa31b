#include "cli/config_jobs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <iterator>

#include "base/harmless_text.hpp"
#include "cli/change_text.hpp"
#include "cli/json_values.hpp"
#include "cli/rig_place.hpp"
#include "cli/terminal.hpp"
#include "cli/with_device.hpp"
#include "client/answer_json.hpp"
#include "config/parse.hpp"

namespace tarsier {
namespace {

constexpr const char* json_type = "application/json";
constexpr const char* merge_type = "application/merge-patch+json";
constexpr const char* patch_type = "application/json-patch+json";

struct PresentRig {
  Json document;
  std::string etag;
};

std::string place_of(const Device& device, const std::string& target) {
  return to_text(device.access().address) + target;
}

Result<PresentRig> present_rig(Device& device) {
  const auto answer = device.exchange({.target = "/v1/config"});
  if (!answer) return unexpected(answer.error());
  if (answer->status != 200) return unexpected(refusal_of(*answer, place_of(device, "/v1/config")));
  auto document = parse_answer(answer->body);
  if (document.is_discarded()) return failure("the device's rig is no JSON: is that a tarsierd?");
  return PresentRig{std::move(document), answer->etag};
}

// The document of a file, or of standard input.
Result<Json> document_of(const std::string& file) {
  if (file != "-") return read_json(file);
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  return parse_json(text, "standard input");
}

struct Change {
  Json body;
  const char* type;
  std::string etag;
  bool dry_run;
};

// With the generation that `etag` names, if any does.
Result<Json> ask_for_change(Device& device, Ask ask, const std::string& etag) {
  if (!etag.empty()) ask.headers.emplace_back("If-Match", etag);
  const auto answer = device.exchange(ask);
  if (!answer) return unexpected(answer.error());
  if (answer->status == 412)
    return failure("somebody else changed the rig at the same moment; look at it (`tarsier config get`) and try again");
  if (answer->status / 100 != 2) {
    auto refusal = refusal_of(*answer, place_of(device, ask.target));
    refusal.wrong_use = refusal.wrong_use || answer->status == 404;  // a generation that is not there
    return unexpected(std::move(refusal));
  }
  auto document = parse_answer(answer->body);
  if (document.is_discarded())
    return failure(place_of(device, ask.target) + " answers, but not in JSON: is that a tarsierd?");
  return document;
}

Result<Json> make(Device& device, const Change& change) {
  Ask ask{.method = change.type == json_type ? "PUT" : "PATCH",
          .target = "/v1/config",
          .body = change.body.dump(),
          .content_type = change.type};
  if (change.dry_run) {
    ask.method = "POST";
    ask.target = "/v1/config/validate";
  }
  return ask_for_change(device, std::move(ask), change.etag);
}

void show(const Json& answer, const ConfigArguments& arguments, bool dry_run) {
  if (arguments.json) return print_json(answer);
  const auto& changes = value_at(answer, "/changes");
  fmt::print("{}", changes_text(changes, shows_colours()));
  if (dry_run) fmt::print("{}", plan_text(value_at(answer, "/plan")));
  if (changes.empty()) {
    fmt::print("nothing changes\n");
  } else if (!dry_run) {
    fmt::print("generation {}\n", count_at(answer, "/generation"));
  } else if (value_at(answer, "/needs_arm") == true) {
    fmt::print("the rig is right; a run must be stopped before it takes this\n");
  } else {
    fmt::print("the rig is right\n");
  }
}

Result<void> make_and_show(Device& device, const Change& change, const ConfigArguments& arguments) {
  const auto answer = make(device, change);
  if (!answer) return unexpected(answer.error());
  show(*answer, arguments, change.dry_run);
  return {};
}

// What the device calls unknown may be known elsewhere in the rig.
Error with_hint(Error error, const Json& rig, const std::string& pointer) {
  const bool unknown = error.message.find("unknown key") != std::string::npos;
  const auto nearest = nearest_place(rig, pointer);
  if (unknown && nearest && error.message.find("did you mean") == std::string::npos)
    error.message += fmt::format("\ndid you mean {}?", *nearest);
  return error;
}

Result<void> set(Device& device, const ConfigArguments& arguments) {
  const auto present = present_rig(device);
  if (!present) return unexpected(present.error());
  const auto pointer = rig_pointer(present->document, arguments.place);
  if (!pointer) return unexpected(pointer.error());
  auto patch = patch_of(present->document, *pointer, value_of(arguments.value));
  if (!patch) return unexpected(patch.error());
  auto made = make_and_show(device, {std::move(*patch), patch_type, present->etag, arguments.dry_run}, arguments);
  if (!made) return unexpected(with_hint(std::move(made.error()), present->document, *pointer));
  return {};
}

Result<void> patch(Device& device, const ConfigArguments& arguments) {
  auto document = document_of(arguments.file);
  if (!document) return unexpected(document.error());
  const auto present = present_rig(device);
  if (!present) return unexpected(present.error());
  const auto* const type = document->is_array() ? patch_type : merge_type;
  return make_and_show(device, {std::move(*document), type, present->etag, arguments.dry_run}, arguments);
}

Result<void> validate(Device& device, const ConfigArguments& arguments) {
  auto document = document_of(arguments.file);
  if (!document) return unexpected(document.error());
  const auto* const type = !arguments.patch ? json_type : document->is_array() ? patch_type : merge_type;
  return make_and_show(device, {std::move(*document), type, "", true}, arguments);
}

Result<void> get(Device& device, const ConfigArguments& arguments) {
  const auto target =
      arguments.generation > 0 ? fmt::format("/v1/config/history/{}", arguments.generation) : std::string("/v1/config");
  const auto rig = device.get(target);
  if (!rig) return unexpected(rig.error());
  const auto pointer = rig_pointer(*rig, arguments.place);
  if (!pointer) return unexpected(pointer.error());
  const auto found = value_in(*rig, *pointer);
  if (!found) return unexpected(found.error());
  if (found->value.is_string() && !arguments.json) {
    // A script gets it as it is.
    const auto text = found->value.get<std::string>();
    fmt::print("{}\n", terminal_columns(STDOUT_FILENO) > 0 ? harmless_text(text) : text);
  } else {
    print_json(found->value);
  }
  if (found->fallback) fmt::print(stderr, "(the default; the rig does not set it)\n");
  return {};
}

}  // namespace

int get_config(const ConfigArguments& arguments) {
  return with_device(arguments.device, [&](Device& device) { return get(device, arguments); });
}

int set_config(const ConfigArguments& arguments) {
  return with_device(arguments.device, [&](Device& device) { return set(device, arguments); });
}

int patch_config(const ConfigArguments& arguments) {
  return with_device(arguments.device, [&](Device& device) { return patch(device, arguments); });
}

int validate_config(const ConfigArguments& arguments) {
  return with_device(arguments.device, [&](Device& device) { return validate(device, arguments); });
}

int show_history(const ConfigArguments& arguments) {
  return with_device(arguments.device, [&](Device& device) -> Result<void> {
    const auto history = device.get("/v1/config/history");
    if (!history) return unexpected(history.error());
    if (arguments.json) {
      print_json(*history);
    } else {
      fmt::print("{}", history_text(*history));
    }
    return {};
  });
}

int roll_back(const ConfigArguments& arguments) {
  return with_device(arguments.device, [&](Device& device) -> Result<void> {
    const Json body = arguments.generation > 0 ? Json{{"generation", arguments.generation}} : Json::object();
    const auto present = present_rig(device);
    if (!present) return unexpected(present.error());
    const auto answer =
        ask_for_change(device, {.method = "POST", .target = "/v1/config/rollback", .body = body.dump()}, present->etag);
    if (!answer) return unexpected(answer.error());
    show(*answer, arguments, false);
    return {};
  });
}

}  // namespace tarsier
