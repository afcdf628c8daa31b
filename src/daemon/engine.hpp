// One run of one rig from arm to seal: builds the plan, reserves, wires cameras, intakes, chains and recorder, and
// supervises them. Service (service.hpp) makes one after another; `tarsier reduce` makes one alone.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "config/rig.hpp"
#include "control/device_api.hpp"
#include "daemon/rig_plan.hpp"
#include "daemon/run_state.hpp"

namespace tarsier {

// Why a run should stop. Set from a signal handler or another thread.
enum class StopRequest : int { none = 0, terminate = 1, end = 2 };  // end: the run is over for good

// Of `tarsier reduce`.
struct Reduction {
  ReplayInput input;             // instead of the rig's sources
  std::filesystem::path output;  // one file, instead of the store
};

// What a run that is recorded into the store begins with.
struct RunBeginning {
  const RunState* state = nullptr;  // outlives the engine
  Intent intent;
  Rig rig;
  bool continued = false;
};

// What came of a camera so far.
struct Delivery {
  std::string camera;
  std::uint64_t frames = 0;
  Nanoseconds last{0};  // arrival of the last one (CLOCK_MONOTONIC); 0: none yet
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

// One thread, the supervisor's, unless told otherwise.
class Engine {
 public:
  // Plans, refuses or reserves, creates the files, writes down the intent. `place` is the rig's file: it names the rig
  // in messages and relative paths are relative to its folder. `service`: the process lives on when the run is over.
  [[nodiscard]] static Result<std::unique_ptr<Engine>> arm(RunBeginning beginning, const std::filesystem::path& place,
                                                           bool service);
  // For one recording into one file; `document` is the rig as the user wrote it.
  [[nodiscard]] static Result<std::unique_ptr<Engine>> arm_reduction(const Json& document,
                                                                     const std::filesystem::path& place,
                                                                     Reduction reduction);
  virtual ~Engine() = default;

  // Records until the duration is over, every source has ended, or `stop` asks for it; `tick` is called about ten
  // times a second on this thread.
  [[nodiscard]] virtual Result<RunSummary> run(const std::atomic<StopRequest>& stop,
                                               const std::function<void(const Progress&)>& tick) = 0;
  // Any thread: run() looks around at once.
  virtual void wake() = 0;
  // Any thread: the document of GET /v1/status.
  [[nodiscard]] virtual Json status() const = 0;
  // Any thread.
  [[nodiscard]] virtual Progress progress() const = 0;
  // Constant.
  [[nodiscard]] virtual const std::string& run_name() const = 0;
  [[nodiscard]] virtual Json plan() const = 0;
  // As they were armed.
  [[nodiscard]] virtual std::span<const ResolvedCamera> cameras() const = 0;

  // Any thread: as DeviceApi says of them. `keeper` keeps this engine alive while the image is looked at.
  [[nodiscard]] virtual RowsPage rows(const std::string& camera, std::optional<std::uint64_t> since_id,
                                      std::size_t limit) const = 0;
  virtual void image(const std::string& camera, std::optional<ImageKind> kind, std::shared_ptr<Engine> keeper,
                     Done<Answer<FrameCopy>> done) = 0;

  // From within `tick`, while it records.

  // Whether the run can go on with `next` from a frame on, in the memory that it has.
  [[nodiscard]] virtual Result<void> can_apply(const Rig& next) = 0;
  // Only after can_apply() of the same rig. Allocates.
  virtual void apply(const Rig& next, std::uint32_t generation) = 0;
  // Every camera begins a new segment with its next frame.
  virtual void rotate() = 0;
  // A remark in every camera's file, cut to 63 bytes.
  virtual void mark(const std::string& text) = 0;
  [[nodiscard]] virtual Result<void> mark_pulled(const std::filesystem::path& file, const std::string& sha256) = 0;
  [[nodiscard]] virtual std::vector<Delivery> deliveries() const = 0;
};

}  // namespace tarsier
