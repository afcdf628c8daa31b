// The process that recovers beside a recording.
#pragma once

#include <string_view>

namespace tarsier {

// The word after the program's name that makes it such a process; then: store, run that is being recorded (may be
// empty), bytes to keep free, process of the recorder.
inline constexpr std::string_view recovery_child_word = "recover-beside-recording";
// Of a line that tells the parent for how many bytes of room the child waits; 0: for none any more.
inline constexpr const char* recovery_room_key = "room_bytes";
// Of a line that tells the parent what cannot be recovered: the next child will find it again, and it is logged once.
inline constexpr const char* recovery_complaint_key = "complaint";

}  // namespace tarsier
