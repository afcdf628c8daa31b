// Pieces of which the route table is made: answers that several routes have, bodies that several read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "control/device_api.hpp"
#include "control/message.hpp"
#include "control/route.hpp"

namespace tarsier {

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view merge_patch_type = "application/merge-patch+json";
inline constexpr std::string_view json_patch_type = "application/json-patch+json";

// JSON Schemas: of an object with these properties, and of one value of a type.
[[nodiscard]] Json object_schema(Json properties, const std::vector<std::string>& required = {});
[[nodiscard]] Json typed(std::string_view type, std::string_view description = "");

// 200 (or another status) with JSON.
[[nodiscard]] AnswerText json_answer(std::string help, Json schema = Json::object(), unsigned status = 200);
// An application/problem+json.
[[nodiscard]] AnswerText problem_answer(unsigned status, std::string help);

// The body as an object with no other keys than those of `schema`, each of its type; empty text is an empty object.
// Else the refusal: 400 for what is no JSON, 422 for the wrong keys.
[[nodiscard]] tl::expected<Json, Response> small_body(const Request& request, const Json& schema);

// The refusal of the device as a problem.
[[nodiscard]] Response refused(const Refusal& refusal, const std::string& path);
// Replies what the device answers: JSON with `status`, or its refusal.
[[nodiscard]] Done<Answer<Json>> replying(const Request& request, Reply reply, unsigned status = 200);

}  // namespace tarsier
