// Between a checked document and the rig's structs. Pure; any thread; allocates.
#pragma once

#include "config/rig.hpp"

namespace tarsier {

// `normal` is a document without problems, defaults filled in. Unrolls plates, and settles the defaults that depend
// on something else: device, on_missing.
[[nodiscard]] Rig rig_from(const Json& normal);

// The host's name with what a name may not hold replaced by '-'.
[[nodiscard]] std::string host_name();

}  // namespace tarsier
