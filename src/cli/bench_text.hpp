// What `tarsier bench` found out, for a person and as JSON. Any thread.
#pragma once

#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "cli/bench_advice.hpp"

namespace tarsier {

// "1224x1024@10"; a width and a height from 1 to 65535 and at most 10,000 frames/s.
[[nodiscard]] Result<CameraKind> camera_kind(const std::string& text);
// "1224x1024 at 10 frames/s".
[[nodiscard]] std::string to_text(const CameraKind& camera);

// The figures, the table of cameras, and the keys for `camera`.
[[nodiscard]] std::string bench_text(const MachineSpeed& speed, const CameraKind& camera);
// {"processor", "instruction_set", "cores", "memory", "kernels", "codecs", "disk", "cameras", "advice"}; times in s,
// sizes in bytes, kernels in ns a pixel.
[[nodiscard]] Json bench_json(const MachineSpeed& speed, const CameraKind& camera);

}  // namespace tarsier
