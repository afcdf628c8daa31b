#include "daemon/recovery_beside.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/log.hpp"
#include "daemon/recovery_child.hpp"
#include "store/run_recovery.hpp"

namespace tarsier {
namespace {

constexpr const char* own_program = "/proc/self/exe";
constexpr std::size_t longest_line = std::size_t{4} << 20;

pid_t spawn(const std::vector<std::string>& words, int output) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  // Drivers of cameras open theirs without O_CLOEXEC: a camera whose device we kept open could not be started again.
  ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t child = -1;
  const int error = ::posix_spawn(&child, own_program, &actions, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  errno = error;
  return error == 0 ? child : -1;
}

void tell(const AdoptedSegment& adopted) {
  const SegmentSummary& segment = adopted.summary;
  if (!segment.sealed) return;
  log(Severity::notice,
      fmt::format("{}: recovered: {} rows, {} frames{}", segment.file.string(), segment.rows, segment.frames,
                  adopted.lost_frames > 0 ? fmt::format(", {} frames were damaged", adopted.lost_frames) : ""));
}

}  // namespace

void RecoveryBeside::start(const StoreConfig& store, const std::string& run) {
  if (running()) return;
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    log(Severity::error, fmt::format("recovery: cannot make a pipe: {}", std::strerror(errno)));
    return;
  }
  told_ = UniqueFd(ends[0]);
  const UniqueFd child_end(ends[1]);
  (void)::fcntl(told_.get(), F_SETFL, O_NONBLOCK);
  text_.clear();
  needs_ = Bytes{};
  child_ = spawn({"tarsier", std::string(recovery_child_word), std::filesystem::absolute(store.directory).string(), run,
                  std::to_string(mebibytes(store.reserve_mib).count), std::to_string(::getpid())},
                 child_end.get());
  if (child_ < 0) log(Severity::error, fmt::format("recovery: cannot start a process: {}", std::strerror(errno)));
}

void RecoveryBeside::look(const std::function<void(AdoptedSegment)>& adopt) {
  if (!running()) return;
  int status = 0;
  // First whether it is over, then what it said: nothing comes after that.
  const bool over = ::waitpid(child_, &status, WNOHANG) == child_;
  take_lines(adopt);
  if (!over) return;
  child_ = -1;
  told_.reset();
  if (WIFSIGNALED(status)) {
    log(Severity::error, fmt::format("recovery was ended by signal {}; the torn segments stay, `tarsier recover` says "
                                     "more of them",
                                     WTERMSIG(status)));
  }
}

// The child walks through the store, and not this thread, which must not wait for a disk that hangs.
void RecoveryBeside::look_after(Recorder& recorder, const StoreConfig& store, const std::string& run, Nanoseconds now) {
  look([&](AdoptedSegment segment) { recorder.adopt(std::move(segment)); });
  recorder.want_room(needs());
  if (!schedule_.due(now, recorder.left_torn()) || running() || !recorder.status().trouble.empty()) return;
  schedule_.looked(now);
  start(store, run);
}

void RecoveryBeside::take_lines(const std::function<void(AdoptedSegment)>& adopt) {
  char piece[16384];
  for (ssize_t got = 0; (got = ::read(told_.get(), piece, sizeof piece)) > 0;) {
    text_.append(piece, static_cast<std::size_t>(got));
    for (std::size_t end = 0; (end = text_.find('\n')) != std::string::npos; text_.erase(0, end + 1)) {
      const Json line = Json::parse(text_.substr(0, end), nullptr, false);
      if (line.is_object()) take(line, adopt);
    }
    if (text_.size() > longest_line) text_.clear();
  }
}

void RecoveryBeside::take(const Json& line, const std::function<void(AdoptedSegment)>& adopt) {
  if (line.contains(recovery_room_key)) {
    needs_ = Bytes{line.value(recovery_room_key, std::uint64_t{0})};
  } else if (line.contains(recovery_complaint_key)) {
    const std::string complaint = line.value(recovery_complaint_key, std::string());
    if (complaints_.insert(complaint).second) log(Severity::error, complaint);
  } else if (auto adopted = adopted_from_json(line)) {
    tell(*adopted);
    adopt(std::move(*adopted));
  }
}

void RecoveryBeside::kill() {
  if (running()) (void)::kill(child_, SIGKILL);
}

void RecoveryBeside::stop() {
  if (!running()) return;
  kill();
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
  child_ = -1;
  told_.reset();
}

}  // namespace tarsier
