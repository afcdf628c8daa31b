// The device as long as its process lives: the store's lock, the rig and its generations, the control server, and one
// run after another.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "base/json.hpp"
#include "base/result.hpp"
#include "daemon/engine.hpp"

namespace tarsier {

struct ServiceOptions {
  std::optional<double> duration_s;    // of a new run, instead of the rig's
  bool lives_on = false;               // tarsierd: stays idle when a run is over, and begins another when it is asked
  std::filesystem::path sys = "/sys";  // the kernel's view of the board
};

// The supervisor's thread.
class Service {
 public:
  // Takes the store's lock, decides on a new or an interrupted run, serves, and arms the run. `document` is the rig as
  // the user wrote it; `place` is its file.
  [[nodiscard]] static Result<std::unique_ptr<Service>> open(const Json& document, const std::filesystem::path& place,
                                                             ServiceOptions options);
  virtual ~Service() = default;

  // Records to the end of the run; one that lives on then waits for others until `stop` asks for the end. Gives the
  // last run's summary. `tick` is called about ten times a second.
  [[nodiscard]] virtual Result<RunSummary> run(const std::atomic<StopRequest>& stop,
                                               const std::function<void(const Progress&)>& tick) = 0;
  [[nodiscard]] virtual Progress progress() const = 0;
};

}  // namespace tarsier
