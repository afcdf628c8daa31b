// Parts of the rig's field table that stand in files of their own.
#pragma once

#include "config/fields.hpp"

namespace tarsier {

[[nodiscard]] FieldTable correct_fields();
[[nodiscard]] FieldTable projection_fields();
[[nodiscard]] FieldTable region_fields();

}  // namespace tarsier
