// How far the cameras of a run are, for a progress line.
#pragma once

#include <memory>
#include <span>

#include "daemon/engine.hpp"
#include "daemon/wired_camera.hpp"

namespace tarsier {

// Adds the cameras' frames, rates and what is known of their ends. Any thread.
void count_frames(std::span<const std::unique_ptr<WiredCamera>> cameras, Progress& progress);

}  // namespace tarsier
