// The configuration reference for people: docs/configuration.md. Any thread; allocates.
#pragma once

#include <string>

namespace tarsier {

// Markdown: one table with every key of a rig, and one for each installed pipeline with those of its sources.
[[nodiscard]] std::string rig_reference();

}  // namespace tarsier
