// Places in a rig as a person writes them, and a change of one of them. Pure; any thread; allocates.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"

namespace tarsier {

// The JSON pointer of "/cameras/0/source/fps", "cameras.0.source.fps" or, with the name of an element instead of its
// number, "cameras.plate.source.fps". What is not there yet stays as it is. misuse where a list has no such element.
[[nodiscard]] Result<std::string> rig_pointer(const Json& rig, std::string_view place);

// The JSON patch (RFC 6902) that puts `value` at `pointer`, with the objects above it that are missing. Null takes the
// key away; without a key it is misuse.
[[nodiscard]] Result<Json> patch_of(const Json& rig, const std::string& pointer, const Json& value);

// The value, and whether it is only the default of a key that is not written. misuse with a suggestion where there is
// no such place.
struct RigValue {
  Json value;
  bool fallback = false;
};
[[nodiscard]] Result<RigValue> value_in(const Json& rig, const std::string& pointer);

// A place that `pointer` was perhaps meant to be: one with the same last key, else with few other letters.
[[nodiscard]] std::optional<std::string> nearest_place(const Json& rig, const std::string& pointer);

// `text` as JSON, or as the text that it is where it is none.
[[nodiscard]] Json value_of(const std::string& text);

}  // namespace tarsier
