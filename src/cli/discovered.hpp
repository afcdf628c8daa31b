// The devices that `tarsier discover` found, as a table. Pure; any thread; allocates.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "client/discovery.hpp"

namespace tarsier {

struct Discovered {
  FoundDevice device;
  std::string known_as;  // its name in hosts.json; empty: it has none
  std::string version;   // empty: not told
  std::string state;     // "recording", or why it was not asked
  bool asked = false;    // whether `state` is the device's own word
};

// A line for each; what to do with them below.
[[nodiscard]] std::string discovered_text(const std::vector<Discovered>& found);
// A list of {name, known_as, host, address, port, tls, version, state}; null: not told.
[[nodiscard]] Json discovered_json(const std::vector<Discovered>& found);

}  // namespace tarsier
