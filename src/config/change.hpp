// What differs between two rigs, and when each difference acts.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "config/fields.hpp"

namespace tarsier {

struct FieldChange {
  std::string pointer;  // "/cameras/0/sampling/interval_s"
  Json from, to;        // null: it is not there
  FieldClass change = FieldClass::arm;
  bool operator==(const FieldChange&) const = default;
};

// The deepest places in which two complete rigs, as to_json(Rig) makes them, differ; in the order of their pointers. A
// list of another length is one difference, and so are tuples, maps and regions' shapes as far as they differ. A
// parameter of a source has the class that its pipeline says; taking a live one away waits for the next run, because
// nothing tells a playing source what it would have chosen itself. A difference that brings in a value of a local field
// somewhere below is local.
[[nodiscard]] std::vector<FieldChange> differences(const Json& before, const Json& after);

// The one that acts last: live, segment, arm, local. `live` of none.
[[nodiscard]] FieldClass strongest(std::span<const FieldChange> changes);

// {"pointer", "from", "to", "class"}.
[[nodiscard]] Json to_json(const FieldChange& change);

}  // namespace tarsier
