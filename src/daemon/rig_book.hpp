// The rig that is in force, its generations and what may become of it: everything of a change but its effect on a run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "config/rig.hpp"
#include "control/device_api.hpp"
#include "daemon/run_state.hpp"

namespace tarsier {

// What a change is looked at with.
struct ChangeContext {
  bool recording = false;
  // While recording: whether the run can go on with it.
  std::function<Result<void>(const Rig&)> can_apply;
  // The plan under it; null where it is not known. Adds what speaks against the rig once its sources are known.
  std::function<Json(const Rig&, bool needs_arm, RigProblems&)> plan;
};

// A change that nothing speaks against.
struct AcceptedChange {
  Json document;  // as it will be stored
  Rig rig;
  std::vector<std::string> changed;  // pointers of what differs
};

// The supervisor's thread changes it; any thread may look.
class RigBook {
 public:
  // `document` is generation `generation`, in force and parsed as `rig`. `place` is the rig's file, whose folder holds
  // the files that a rig may name. All of it outlives the book.
  RigBook(const RunState& state, const Clock& clock, std::filesystem::path place, std::uint32_t generation,
          Json document, Rig rig);

  // Any thread.
  [[nodiscard]] ConfigView view() const;
  [[nodiscard]] Json history() const;
  [[nodiscard]] Answer<Json> document_of(std::uint32_t generation) const;

  // Supervisor.
  [[nodiscard]] const Rig& rig() const { return rig_; }
  [[nodiscard]] std::uint32_t generation() const { return generation_; }
  // Looks at a change; where it is accepted and is one, `accepted` is filled in.
  [[nodiscard]] ConfigAnswer examine(const ConfigChange& change, const ChangeContext& context,
                                     std::optional<AcceptedChange>& accepted) const;
  // Stores it as the next generation, from which moment on it is in force, also after a crash.
  [[nodiscard]] Result<std::uint32_t> enter(AcceptedChange accepted, const std::string& origin);

 private:
  [[nodiscard]] static Result<Json> wanted_document(const ConfigChange& change, const Json& present);

  // Constant after construction.
  const RunState& state_;
  const Clock& clock_;
  const std::filesystem::path place_;
  // Supervisor.
  Rig rig_;
  std::uint32_t generation_;
  // Guarded by mutex_.
  mutable std::mutex mutex_;
  Json document_;
  std::uint32_t shown_generation_;
  std::vector<GenerationNote> notes_;
};

}  // namespace tarsier
