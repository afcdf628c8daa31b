// What the supervisor looks at once a second for each camera: rate, restarts, events for its file.
#pragma once

#include <string_view>

#include "daemon/wired_camera.hpp"

namespace tarsier {

// Supervisor thread, all of them.

// Writes an event into the camera's file, stamped with the clock's times; `text` is cut to 63 bytes.
void push_event(WiredCamera& camera, const Clock& clock, EventKind kind, double value, std::string_view text = {});
// An event for each restart since the last look.
void note_restarts(WiredCamera& camera, const Clock& clock);
// Frames a second since the last look, `seconds` ago. A live camera that gives far fewer than its rig says for ten
// looks in a row is told once: a camera that lengthens its exposure in the dark makes pairs that are no activity.
void measure_rate(WiredCamera& camera, double seconds);

}  // namespace tarsier
