// Frames of one camera outside a run: for calibration and for the look before a run.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>

#include "base/result.hpp"
#include "daemon/engine.hpp"
#include "daemon/rig_plan.hpp"
#include "frame/frame_ring.hpp"

namespace tarsier {

// A frame as it would be stored; a loan for the call.
using FrameVisitor = std::function<void(const SlotHeader&, std::span<const std::byte> pixels)>;

// Starts the camera and gives its next `frames` frames, every one that is delivered (neither sampled nor averaged), to
// `visit` on this thread; fewer when the source ends. A live camera that is faster than `visit` loses frames. Fails
// when no frame comes for `patience`, and when `stop` asks for it.
[[nodiscard]] Result<std::uint32_t> grab_frames(const ResolvedCamera& camera, std::uint32_t frames,
                                                Nanoseconds patience, const std::atomic<StopRequest>& stop,
                                                const FrameVisitor& visit);

}  // namespace tarsier
