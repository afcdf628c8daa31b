#include "daemon/recovery_child.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "daemon/recovery_beside.hpp"
#include "store/run_recovery.hpp"

namespace tarsier {
namespace {

// Of ioprio_set(2): the class "idle" of this process.
constexpr int idle_class = 3 << 13;
constexpr int this_process = 1;
// It works a quarter of the time, its waiting for the disk included, and rests the other three.
constexpr int rests_per_work = 3;
constexpr Nanoseconds longest_rest = std::chrono::seconds(2);
constexpr Bytes sync_every = mebibytes(4);

// False: the recorder is gone already.
bool be_humble(pid_t recorder) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  (void)::setpriority(PRIO_PROCESS, 0, 19);
  (void)::syscall(SYS_ioprio_set, this_process, 0, idle_class);
  unsigned long long pages[6] = {};
  if (std::FILE* file = std::fopen("/proc/self/statm", "re")) {
    (void)!std::fscanf(file, "%llu %llu %llu %llu %llu %llu", &pages[0], &pages[1], &pages[2], &pages[3], &pages[4],
                       &pages[5]);
    (void)std::fclose(file);
  }
  const auto data = pages[5] * static_cast<unsigned long long>(::sysconf(_SC_PAGESIZE)) + recovery_memory.count;
  const rlimit limit{data, data};
  (void)::setrlimit(RLIMIT_DATA, &limit);
  return ::getppid() == recorder;
}

class Pace {
 public:
  void rest() {
    const Nanoseconds now = clock_.monotonic();
    std::this_thread::sleep_for(std::min((now - since_) * rests_per_work, longest_rest));
    since_ = clock_.monotonic();
  }

 private:
  const SystemClock clock_;
  Nanoseconds since_ = clock_.monotonic();
};

void recover_one(const TornPlace& place, const std::string& run, const RecoveryOptions& options) {
  FileOperations& files = system_files();
  const bool recorded = !run.empty() && place.run_folder.filename() == run;
  const auto recovered = recorded ? recover_segment(files, place.files, options) : recover_place(files, place, options);
  if (!recovered) {
    // Of a living recorder: no fault of anybody.
    if (recovered.error().error_number != EWOULDBLOCK) log(Severity::error, recovered.error().message);
    return;
  }
  // The parent deletes the torn files of what it is told of.
  if (!recorded || recovered->end == RecoveryEnd::stopped) return;
  fmt::print("{}\n", to_json(*recovered, place).dump(-1, ' ', false, Json::error_handler_t::replace));
  std::fflush(stdout);
}

}  // namespace

std::optional<int> recovery_child_main(int count, char** arguments) {
  if (count != 6 || arguments[1] != recovery_child_word) return std::nullopt;
  if (!be_humble(static_cast<pid_t>(std::strtol(arguments[5], nullptr, 10)))) return 1;
  Pace pace;
  RecoveryOptions options;
  options.keep_free = Bytes{std::strtoull(arguments[4], nullptr, 10)};
  options.sync_every = sync_every;
  options.tick = [&pace](const RecoveryProgress&) {
    pace.rest();
    return true;
  };
  const auto places = find_torn_places(system_files(), arguments[2]);
  if (!places) {
    log(Severity::error, places.error().message);
    return 1;
  }
  remove_unbegun(system_files(), *places);
  for (const Error& error : places->errors) log(Severity::warning, error.message);
  for (const TornPlace& place : places->torn) recover_one(place, arguments[3], options);
  return 0;
}

}  // namespace tarsier
