// Recovery of torn segments while a new recording goes on: in a process of its own with low priority, so that neither
// its memory nor its hunger for the disk is the recorder's.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "config/rig.hpp"
#include "daemon/recovery_schedule.hpp"
#include "store/recorder.hpp"

namespace tarsier {

// What the child may take of the heap, beside what the program has when it starts.
inline constexpr Bytes recovery_memory = mebibytes(64);

// The words with which both programs start the child; nobody else needs them. Returns its exit code when these are the
// arguments of such a child.
[[nodiscard]] std::optional<int> recovery_child_main(int count, char** arguments);

// Supervisor's thread, which must live as long as the child may: the child ends with it.
class RecoveryBeside {
 public:
  RecoveryBeside() = default;
  ~RecoveryBeside() { stop(); }
  RecoveryBeside(const RecoveryBeside&) = delete;
  RecoveryBeside& operator=(const RecoveryBeside&) = delete;

  // Starts this program again to look for what is torn in the store and to recover it; nothing where it runs already.
  // Segments of `run`, which is being recorded, are left to be adopted; the reserve stays free on the disk. Never
  // waits.
  void start(const StoreConfig& store, const std::string& run);
  // Hands over what the child has finished, and logs what it cannot recover, each once. Never waits.
  void look(const std::function<void(AdoptedSegment)>& adopt);
  // Again and again while `recorder` records `run`: starts the child when it is time to look, unless the disk cannot be
  // written, and hands over what it has finished. Never waits.
  void look_after(Recorder& recorder, const StoreConfig& store, const std::string& run, Nanoseconds now);
  // Ends the child where it is: the next start goes on. Never waits.
  void kill();
  // The same, and waits until it is gone: where the disk hangs, that is when it answers again.
  void stop();
  [[nodiscard]] bool running() const { return child_ > 0; }
  // The room that it waits for, beside what stays free; 0: none.
  [[nodiscard]] Bytes needs() const { return running() ? needs_ : Bytes{}; }

 private:
  void take_lines(const std::function<void(AdoptedSegment)>& adopt);
  void take(const Json& line, const std::function<void(AdoptedSegment)>& adopt);

  RecoverySchedule schedule_;
  pid_t child_ = -1;
  Bytes needs_;
  UniqueFd told_;
  std::string text_;
  std::set<std::string> complaints_;  // that were logged
};

}  // namespace tarsier
