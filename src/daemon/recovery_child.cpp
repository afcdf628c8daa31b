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
#include <vector>

#include "base/clock.hpp"
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
// What a recovered segment has beside what it is made from.
constexpr Bytes overhead = mebibytes(16);
constexpr Nanoseconds room_interval = std::chrono::minutes(1);

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

void tell_parent(const Json& line) {
  fmt::print("{}\n", line.dump(-1, ' ', false, Json::error_handler_t::replace));
  std::fflush(stdout);
}

void complain(const Error& error) { tell_parent({{recovery_complaint_key, error.message}}); }

// False: there is no room for it now.
bool recover_one(const TornPlace& place, const std::string& run, const RecoveryOptions& options, bool told) {
  FileOperations& files = system_files();
  const bool recorded = !run.empty() && place.run_folder.filename() == run;
  const auto recovered = recorded ? recover_segment(files, place.files, options) : recover_place(files, place, options);
  if (!recovered) {
    const int why = recovered.error().error_number;
    const bool full = why == ENOSPC || why == EDQUOT;
    // Of a living recorder, which may have sealed it since: no fault of anybody.
    const bool living = why == EWOULDBLOCK || why == ENOENT;
    if (!living && !(full && told)) complain(recovered.error());
    return !full;
  }
  // The parent deletes the torn files of what it is told of.
  if (!recorded || recovered->end == RecoveryEnd::stopped) return true;
  tell_parent(to_json(*recovered, place));
  return true;
}

// What the largest of them needs at most.
Bytes room_for(const std::vector<TornPlace>& places) {
  std::uint64_t most = 0;
  for (const TornPlace& place : places) {
    const std::uint64_t bytes = file_bytes(system_files(), place.files.part);
    most = std::max(most, bytes + file_bytes(system_files(), place.files.journal));
  }
  return Bytes{most} + overhead;
}

void ask_for_room(Bytes bytes) { tell_parent({{recovery_room_key, bytes.count}}); }

// What finds no room waits until somebody makes some, as long as the recording goes on.
void recover_all(std::vector<TornPlace> places, const std::string& run, const RecoveryOptions& options) {
  for (bool told = false; !places.empty(); told = true) {
    if (told) {
      ask_for_room(room_for(places));
      std::this_thread::sleep_for(room_interval);
      ask_for_room(Bytes{});  // what is copied now takes of what was made
    }
    std::erase_if(places, [&](const TornPlace& place) { return recover_one(place, run, options, told); });
  }
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
    complain(places.error());
    return 1;
  }
  remove_unbegun(system_files(), *places);
  for (const Error& error : places->errors) complain(error);
  recover_all(places->torn, arguments[3], options);
  return 0;
}

}  // namespace tarsier
