// The JSON type of the product: keys keep the order in which they were written.
#pragma once

#include <nlohmann/json.hpp>

namespace tarsier {

using Json = nlohmann::ordered_json;

}  // namespace tarsier
