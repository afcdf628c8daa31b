// What every command ends with, and how it tells what went wrong.
#pragma once

#include "base/result.hpp"

namespace tarsier {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_wrong_use = 2;

// Writes "tarsier: message" to standard error; returns 2 for a mistake of the request, 1 for one of the world.
int report(const Error& error);

}  // namespace tarsier
