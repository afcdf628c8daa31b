// The process that recovers beside a recording.
#pragma once

#include <string_view>

namespace tarsier {

// The word after the program's name that makes it such a process; then: store, run that is being recorded (may be
// empty), bytes to keep free, process of the recorder.
inline constexpr std::string_view recovery_child_word = "recover-beside-recording";

}  // namespace tarsier
