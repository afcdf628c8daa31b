#include "client/pull.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <optional>
#include <thread>

#include "base/bytes.hpp"
#include "client/answer_json.hpp"
#include "client/file_pull.hpp"
#include "client/patience.hpp"

namespace tarsier {
namespace {

constexpr auto follow_interval = std::chrono::milliseconds(2000);
constexpr auto checksum_interval = std::chrono::milliseconds(500);
// A device hashes a segment within seconds of its sealing; what takes longer than this is left for the next pull.
constexpr auto checksum_patience = std::chrono::seconds(60);

class RunPull {
 public:
  RunPull(FileOperations& files, const PullRequest& request, PullMeter& meter)
      : files_(files), request_(request), meter_(meter), device_(request.access) {
    device_.while_wanted(request.wanted);
  }

  Result<PullOutcome> run() {
    auto begun = begin();
    if (!begun) return unexpected(std::move(begun.error()));
    auto done = rounds();
    if (!done) return unexpected(std::move(done.error()));
    PullOutcome outcome{std::move(*folder_), std::move(run_)};
    outcome.files = shared_.files;
    outcome.bytes = shared_.bytes;
    outcome.there = shared_.there;
    outcome.open = left_open_;
    outcome.noted = shared_.refusal_to_note.empty();
    if (!outcome.noted) outcome.notes.push_back(shared_.refusal_to_note);
    return outcome;
  }

 private:
  using Stopwatch = std::chrono::steady_clock;

  // Which run, and its folder here.
  Result<void> begin() {
    if (request_.rotate) {
      const std::string target = "/v1/runs/current/rotate";
      const auto sealed = device_.exchange({.method = "POST", .target = target});
      if (!sealed) return unexpected(sealed.error());
      const bool nothing_open = sealed->status == 409;  // no run is recorded
      if (sealed->status / 100 != 2 && !nothing_open)
        return unexpected(refusal_of(*sealed, to_text(request_.access.address) + target));
    }
    const auto runs = ask("/v1/runs");
    if (!runs) return unexpected(runs.error());
    auto chosen = choose_run(parse_answer(runs->body), request_.run);
    if (!chosen) return unexpected(std::move(chosen.error()).within(to_text(request_.access.address)));
    run_ = std::move(*chosen);
    auto folder = PullFolder::open(files_, request_.directory, run_.name);
    if (!folder) return unexpected(std::move(folder.error()));
    folder_.emplace(std::move(*folder));
    return {};
  }

  Result<void> rounds() {
    const auto begun = Stopwatch::now();
    for (;;) {
      if (auto read = read_run(); !read) return read;
      if (auto fetched = fetch_all(); !fetched) return fetched;
      if (auto written = folder_->write_manifest(files_, run_.manifest); !written) return written;
      const bool hashes_come = unhashed_ > 0 && Stopwatch::now() - begun < checksum_patience;
      const bool goes_on = request_.follow && is_under_way();
      if (!goes_on && !hashes_come) return {};
      meter_.waits = true;
      if (!patience_.wait(goes_on ? follow_interval : checksum_interval)) return stopped();
      meter_.waits = false;
    }
  }

  // A device that starts anew goes on with its run, and for a while nobody records it.
  bool is_under_way() {
    if (run_.current) seen_current_ = Stopwatch::now();
    return run_.current || (left_open_ > 0 && seen_current_ && Stopwatch::now() - *seen_current_ < request_.patience);
  }

  [[nodiscard]] tl::unexpected<Error> stopped() const {
    return unexpected({to_text(request_.access.address) + ": stopped", false, ECANCELED});
  }

  // Asks until there is an answer, or patience ends. There is none with an address at which nobody has answered yet.
  Result<DeviceAnswer> ask(const std::string& target) {
    for (;;) {
      auto answer = device_.exchange({.target = target});
      if (answer && answer->status / 100 != 2)
        answer = unexpected(refusal_of(*answer, to_text(request_.access.address) + target));
      if (answer) {
        reached_ = true;
        patience_.progressed();
        return answer;
      }
      if (!reached_ && answer.error().error_number != ECONNRESET) return answer;
      if (is_cut(answer.error())) ++meter_.cuts;
      if (!patience_.again(answer.error())) return answer;
    }
  }

  // First whether it is recorded still, then run.json: of a run that has ended that is the last.
  Result<void> read_run() {
    patience_.progressed();  // what came meanwhile came over other connections
    const auto runs = ask("/v1/runs");
    if (!runs) return unexpected(runs.error());
    const auto place = to_text(request_.access.address);
    auto run = choose_run(parse_answer(runs->body), run_.name);
    if (!run) return unexpected(std::move(run.error()).within(place));
    auto manifest = ask("/v1/runs/" + path_segment(run_.name));
    if (!manifest) return unexpected(manifest.error());
    auto listed = files_of(manifest->body);
    if (!listed) return unexpected(std::move(listed.error()).within(place));
    run_ = std::move(*run);
    run_.manifest = std::move(manifest->body);
    run_.files = std::move(*listed);
    return {};
  }

  // The files that can be had and are not here yet.
  std::vector<const RemoteFile*> wanted_files() {
    std::vector<const RemoteFile*> list;
    std::uint64_t total = 0;
    unhashed_ = 0;
    left_open_ = 0;
    for (const RemoteFile& file : run_.files) {
      if (!file.sealed || file.sha256.empty()) {
        if (file.sealed) ++unhashed_;
        if (!file.deleted) ++left_open_;
        continue;
      }
      total += file.bytes;
      if (!shared_.done.contains(file.path)) list.push_back(&file);
    }
    meter_.total = total;
    return list;
  }

  Result<void> fetch_all() {
    const auto list = wanted_files();
    if (auto room = room_for(list); !room) return room;
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < std::min(request_.at_once, list.size()); ++i) {
      workers.emplace_back([&] {
        FilePull worker(files_, request_, *folder_, run_.name, shared_, meter_);
        for (std::size_t at = next++; at < list.size() && worker.pull(*list[at]); at = next++) {
        }
      });
    }
    for (std::thread& worker : workers) worker.join();
    if (shared_.error) return unexpected(*shared_.error);
    return {};
  }

  Result<void> room_for(const std::vector<const RemoteFile*>& list) const {
    std::uint64_t bytes = 0;
    for (const RemoteFile* file : list) bytes += folder_->missing_bytes(*file);
    const std::int64_t free = files_.free_bytes(folder_->path().c_str());
    if (free < 0 || static_cast<std::uint64_t>(free) >= bytes) return {};
    return failure(
        fmt::format("{}: has {} free, what is to be pulled needs {}; free some space or choose another folder "
                    "with -o",
                    folder_->path().string(), to_text(Bytes{static_cast<std::uint64_t>(free)}), to_text(Bytes{bytes})));
  }

  FileOperations& files_;
  const PullRequest& request_;
  PullMeter& meter_;
  Device device_;
  Patience patience_{request_.patience, request_.wanted};
  bool reached_ = false;
  std::optional<Stopwatch::time_point> seen_current_;
  std::optional<PullFolder> folder_;
  RemoteRun run_;
  std::uint64_t unhashed_ = 0;
  std::uint64_t left_open_ = 0;
  SharedPull shared_;
};

}  // namespace

Result<PullOutcome> pull(FileOperations& files, const PullRequest& request, PullMeter& meter) {
  try {
    return RunPull(files, request, meter).run();
  } catch (const std::exception& error) {
    return failure(fmt::format("cannot pull from {}: {}", to_text(request.access.address), error.what()));
  }
}

}  // namespace tarsier
