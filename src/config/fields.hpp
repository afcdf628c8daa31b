// The field table: every key that a rig may have, once, with its type, unit, range, default, help and class. The strict
// parser, the JSON Schema and the reference come from it. Immutable; any thread; allocates.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace tarsier {

enum class FieldType : std::uint8_t {
  object,  // keys of its own
  map,     // free keys; every value is a field "pattern/*"
  list,    // every element is a field "pattern/*"
  tuple,   // element i is the field "pattern/i"
  source,  // an object whose keys are those of the pipeline that it names
  text,
  path,       // a file that is read; relative to the rig's folder
  device,     // a device file; a rig from the network names those below /dev
  directory,  // written to; relative to the working directory
  integer,
  number,
  boolean,
  any,
};

// When a change of the field acts, the soonest first.
enum class FieldClass : std::uint8_t {
  live,     // at the next frame
  segment,  // in the next segment, which begins at once
  arm,      // when the next run is armed; refused while recording
  local,    // like arm, and only from the device itself
};

// One of the ways to write an object: with `key`, then also with `required` and without `forbidden`.
struct Alternative {
  std::string key;
  std::vector<std::string> required{};
  std::vector<std::string> forbidden{};
};

struct Field {
  std::string pattern{};  // JSON pointer; * stands for every element of a list or map: "/cameras/*/slots"
  FieldType type = FieldType::object;
  FieldClass change = FieldClass::arm;
  std::string help{};  // one line
  std::string unit{};  // "s", "px"; empty: a count or a word
  bool required = false;
  std::optional<Json> fallback{};  // default; none: the key may be absent, and `help` says what that means
  // Of a number its value, of a text its characters, of a list its elements, of a map its keys.
  std::optional<double> minimum{};
  std::optional<double> above{};  // exclusive minimum
  std::optional<double> maximum{};
  std::vector<Json> choices{};
  std::string expression{};                 // regular expression (ECMAScript) that a text matches
  std::string form{};                       // the same in words
  std::vector<Alternative> alternatives{};  // of an object: exactly one of these applies

  // Last part of the pattern: "slots".
  [[nodiscard]] std::string_view name() const;
};

using FieldTable = std::vector<Field>;

// All fields of a rig, parents before children; the first is the document itself with pattern "".
[[nodiscard]] const FieldTable& rig_fields();
// Fields one level below `pattern`.
[[nodiscard]] std::vector<const Field*> children_of(const FieldTable& table, std::string_view pattern);
// The field of that pattern; it must be there.
[[nodiscard]] const Field& field_at(const FieldTable& table, std::string_view pattern);

// What the field accepts, in words: "an integer from 4 to 4096", "one of none, deflate".
[[nodiscard]] std::string expected(const Field& field);
[[nodiscard]] std::string_view to_text(FieldClass change);

// Every text is at most this many characters unless its field says otherwise.
inline constexpr double longest_text = 4096;
// Keys of maps.
inline constexpr std::size_t longest_key = 64;
// Most regions of a camera, wells counted one by one.
inline constexpr std::size_t most_regions = 4096;

}  // namespace tarsier
