// One run of one rig from arm to seal: builds the plan, reserves, wires cameras, intakes, chains and recorder, and
// supervises them. `tarsierd`, `tarsier run` and `tarsier reduce` are thin around it.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "config/rig.hpp"
#include "daemon/rig_plan.hpp"

namespace tarsier {

// Why a run should stop. Set from a signal handler or another thread.
enum class StopRequest : int { none = 0, terminate = 1, end = 2 };  // end: the run is over for good

struct EngineOptions {
  // reduce: this recording instead of the rig's sources, and this output instead of the store.
  std::optional<ReplayInput> input;
  std::optional<std::filesystem::path> output;
  std::optional<double> duration_s;  // instead of the rig's
  bool serve = true;                 // control.listen
  bool service = false;              // tarsierd: goes on with what state/ says, and stays idle when the run is over
};

// What a progress line shows; cheap, any thread.
struct Progress {
  std::uint64_t delivered = 0;
  std::optional<std::uint64_t> expected;  // frames of a recording, estimated
  std::optional<double> duration_s;       // planned end of the run, from its start in this process
  double elapsed_s = 0;
  double rate_hz = 0;
  std::uint64_t dropped = 0;
};

struct RunSummary {
  Json facts;  // status at the end plus "files": what `--json` prints
  std::vector<std::filesystem::path> files;
  std::filesystem::path run_folder;  // empty for reduce
  std::optional<std::string> fault;  // what ended the run early
};

class Engine {
 public:
  // Takes the store's lock, decides on a new or an interrupted run, plans, refuses or reserves, creates the files.
  // `document` is the rig as the user wrote it; `place` names it in messages.
  [[nodiscard]] static Result<std::unique_ptr<Engine>> arm(const Json& document, const std::filesystem::path& place,
                                                           EngineOptions options);
  virtual ~Engine() = default;

  // Records until the duration is over, every source has ended, or `stop` asks for it; `tick` is called about ten
  // times a second on this thread.
  [[nodiscard]] virtual Result<RunSummary> run(const std::atomic<StopRequest>& stop,
                                               const std::function<void(const Progress&)>& tick) = 0;
  // On run()'s thread, in `tick`: goes on with another rig as `generation`, each camera from its next frame on; with
  // `dry_run` only says whether it could. What needs another arm is refused, and nothing has changed then.
  [[nodiscard]] virtual Result<void> change(const Json& document, std::uint32_t generation, bool dry_run) = 0;
  // Any thread: the document of GET /v1/status.
  [[nodiscard]] virtual Json status() const = 0;
  [[nodiscard]] virtual Progress progress() const = 0;
};

}  // namespace tarsier
