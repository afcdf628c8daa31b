// The second half of the strict parse: rules between fields, which the field table can't say.
#pragma once

#include "config/parse.hpp"

namespace tarsier {

// `normal` is what check_structure() left of a document: whatever is missing there had a problem of its own and is
// passed over. Adds to `problems`.
void check_rules(const Json& normal, RigProblems& problems);

}  // namespace tarsier
