#include "store/merge.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/file.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <optional>

#include "base/clock.hpp"
#include "base/confined_child.hpp"
#include "base/shared_count.hpp"
#include "base/unique_fd.hpp"
#include "store/merge_camera.hpp"
#include "store/merge_source.hpp"
#include "store/run_folder.hpp"
#include "store/segment_files.hpp"
#include "store/verify_file.hpp"

namespace tarsier {
namespace {

namespace fs = std::filesystem;

// What goes into one file.
struct CameraPlan {
  std::string name;
  std::vector<fs::path> segments;
  std::uint64_t bytes = 0;
  fs::path output;
  [[nodiscard]] fs::path part() const { return output.string() + ".part"; }
};

Result<void> refuse_incomplete(const RunFolder& run, const ListedCamera& camera) {
  const std::string folder = run.folder.string();
  for (const ListedSegment& segment : camera.segments) {
    if (segment.missing()) {
      return failure(
          fmt::format("{}: the segment {} is listed in run.json and not there; fetch it anew, or use the others "
                      "one by one",
                      folder, segment.file.string()));
    }
    if (!segment.deleted.empty() && !segment.sealed) {
      return failure(
          fmt::format("{}: the segment {} was deleted at {} to make room; merge the run where it was pulled to, or use "
                      "the others one by one",
                      folder, segment.file.string(), segment.deleted));
    }
    if (segment.unsealed) {
      return failure(
          fmt::format("{}: the segment {} is not sealed; stop the recording, or `tarsier recover {}` when it was "
                      "interrupted",
                      folder, segment.file.string(), folder));
    }
  }
  if (camera.left.empty() && camera.unlisted.empty()) return {};
  const fs::path& other = camera.left.empty() ? camera.unlisted.front() : camera.left.front();
  return failure(
      fmt::format("{}: run.json does not list {}, which may be of an interrupted recording; `tarsier recover {}` "
                  "puts it right",
                  folder, other.string(), folder));
}

Result<CameraPlan> plan_camera(FileOperations& files, const RunFolder& run, const ListedCamera& camera) {
  if (auto whole = refuse_incomplete(run, camera); !whole) return unexpected(std::move(whole.error()));
  CameraPlan plan{camera.name, {}, 0, {}};
  for (const ListedSegment& segment : camera.segments) {
    plan.segments.push_back(run.folder / segment.file);
    plan.bytes += file_bytes(files, plan.segments.back());
  }
  return plan;
}

// Answers of a child begin with one of these.
constexpr char facts_follow = 'F';
constexpr char reason_follows = 'R';

Result<Json> read_answer(const ConfinedAnswer& outcome, const std::string& place) {
  const std::string& answer = outcome.answer;
  if (outcome.end == ConfinedEnd::answered && !answer.empty() && answer.front() == reason_follows) {
    return failure(answer.substr(1));
  }
  Json facts =
      outcome.end == ConfinedEnd::answered && !answer.empty() ? Json::parse(answer.substr(1), nullptr, false) : Json();
  if (facts.is_object()) return facts;
  if (outcome.end == ConfinedEnd::refused) {
    return failure(fmt::format("{}: no process could be started for it ({}); try again", place, answer));
  }
  const bool hung = outcome.end == ConfinedEnd::hung;
  return failure(fmt::format("{}: the HDF5 library {} on one of its segments{}; `tarsier verify` says which is damaged",
                             place, hung ? "hung" : "crashed",
                             outcome.signal != 0 && !hung ? fmt::format(" ({})", strsignal(outcome.signal)) : ""));
}

// In a child process: HDF5 crashes or hangs on some damaged files.
template <typename Work>
Result<Json> in_child(const std::string& place, ConfinedLimits limits, Work work) {
  const auto outcome = run_confined(
      [&] {
        const Result<Json> facts = work();
        return facts ? facts_follow + facts->dump(-1, ' ', false, Json::error_handler_t::replace)
                     : reason_follows + facts.error().message;
      },
      limits);
  return read_answer(outcome, place);
}

// <experiment>_<camera>_<start of the run>.h5
Result<std::string> name_of(const CameraPlan& plan) {
  auto facts = in_child(plan.segments.front().string(), {}, [&]() -> Result<Json> {
    const auto source = MergeSource::open(plan.segments.front());
    if (!source) return unexpected(source.error());
    return Json{{"experiment", source->facts().experiment}, {"started_utc_ns", source->facts().started_utc_ns}};
  });
  if (!facts) return unexpected(std::move(facts.error()));
  std::string experiment = (*facts)["experiment"];
  std::replace_if(
      experiment.begin(), experiment.end(),
      [](unsigned char letter) { return letter == '/' || std::iscntrl(letter) != 0; }, '_');
  return fmt::format("{}_{}_{}.h5", experiment, plan.name,
                     compact_utc(Nanoseconds((*facts)["started_utc_ns"].get<std::int64_t>())));
}

// What a merge that was interrupted left. HDF5 locks the file that it writes.
bool is_left_over(FileOperations& files, const CameraPlan& plan) {
  std::error_code unreadable;
  const fs::path journal = fs::path(plan.output).replace_extension(".journal");
  if (fs::exists(fs::symlink_status(journal, unreadable))) return false;
  const UniqueFd fd(files.open(plan.part().c_str(), O_RDWR | O_NOFOLLOW, 0));
  return fd && files.lock(fd.get(), LOCK_EX | LOCK_NB) == 0;
}

Result<void> nothing_in_the_way(FileOperations& files, const CameraPlan& plan) {
  std::error_code unreadable;
  if (fs::exists(fs::symlink_status(plan.output, unreadable))) {
    return misuse(
        fmt::format("{}: exists already and is never overwritten; choose another folder with -o, or move it away",
                    plan.output.string()));
  }
  if (!fs::exists(fs::symlink_status(plan.part(), unreadable))) return {};
  if (is_left_over(files, plan)) {
    if (files.unlink(plan.part().c_str()) == 0) return {};
    return unexpected(file_error(plan.part(), "delete what an interrupted merge left", errno));
  }
  return misuse(plan.part().string() + ": another program writes it; wait for it, or choose another folder with -o");
}

Result<std::vector<CameraPlan>> plan_run(FileOperations& files, const MergeRequest& request) {
  const auto folder = is_run_folder(request.run);
  if (!folder) return unexpected(folder.error());
  if (!*folder)
    return misuse(request.run.string() + ": is a file; name the folder of a run, whose segments shall be one");
  const auto run = read_run_folder(files, request.run);
  if (!run) return unexpected(run.error());
  std::vector<CameraPlan> plans;
  for (const ListedCamera& camera : run->cameras) {
    auto plan = plan_camera(files, *run, camera);
    if (!plan) return unexpected(std::move(plan.error()));
    if (!plan->segments.empty()) plans.push_back(std::move(*plan));
  }
  if (plans.empty()) return failure(request.run.string() + ": has no sealed segment; nothing was recorded");
  for (CameraPlan& plan : plans) {
    const auto name = name_of(plan);
    if (!name) return unexpected(name.error());
    plan.output = request.output / *name;
    if (auto free = nothing_in_the_way(files, plan); !free) return unexpected(std::move(free.error()));
  }
  return plans;
}

Result<void> give_name(FileOperations& files, const CameraPlan& plan) {
  if (files.rename_new(plan.part().c_str(), plan.output.c_str()) != 0) {
    return unexpected(file_error(plan.output, "rename to", errno));
  }
  return sync_directory(files, plan.output.has_parent_path() ? plan.output.parent_path() : ".");
}

// Whether it is still wanted, after that many bytes.
using WantedSo = std::function<bool(std::uint64_t)>;

Result<Json> write_camera(FileOperations& files, const CameraPlan& plan, const WantedSo& wanted) {
  SharedCount count;
  ConfinedLimits limits;
  // Frames that are coded again may be many times what they take in the file: a hang is ended late rather than a small
  // board's work.
  limits.cpu = std::chrono::seconds(60 + plan.bytes / (256U << 10U));
  limits.wall = 10 * limits.cpu;
  bool stopped = false;
  limits.meanwhile = [&] { return !(stopped = !wanted(count.get())); };
  auto facts = in_child(plan.name, limits, [&] {
    return merge_camera(files, plan.segments, plan.part(), [&](std::uint64_t bytes) { count.add(bytes); });
  });
  if (!facts) {
    // A child that was ended could not tidy up.
    (void)files.unlink(plan.part().c_str());
    if (stopped) return failure(plan.name + ": stopped; nothing was left half-made, what was finished before stays");
    return facts;
  }
  if (auto named = give_name(files, plan); !named) return unexpected(std::move(named.error()));
  Json file = {{"camera", plan.name}, {"file", plan.output.string()}, {"bytes", file_bytes(files, plan.output)}};
  file.update(*facts);
  return file;
}

// What a merged file has beside the chunks of its segments: HDF5's structures and the masks.
constexpr Bytes overhead = mebibytes(2);

// What was made stands for all that is merged, for the disk must hold it once more.
Result<void> room_for(FileOperations& files, const MergeRequest& request, std::uint64_t bytes) {
  const std::int64_t free = files.free_bytes(request.output.c_str());
  if (free < 0 || static_cast<std::uint64_t>(free) >= bytes) return {};
  return failure(
      fmt::format("{}: has {} free, the merged files need about {}; free some space or choose another folder",
                  request.output.string(), to_text(Bytes{static_cast<std::uint64_t>(free)}), to_text(Bytes{bytes})));
}

}  // namespace

Result<Json> merge(FileOperations& files, const MergeRequest& request) {
  const auto plans = plan_run(files, request);
  if (!plans) return unexpected(plans.error());
  if (auto made = make_directories(files, request.output); !made) return unexpected(std::move(made.error()));
  std::uint64_t total = 0;
  for (const CameraPlan& plan : *plans) total += plan.bytes;
  if (auto room = room_for(files, request, total + plans->size() * overhead.count); !room)
    return unexpected(std::move(room.error()));
  Json merged = Json::array();
  std::uint64_t before = 0;
  for (const CameraPlan& plan : *plans) {
    auto file = write_camera(files, plan, [&](std::uint64_t done) {
      return request.progress({before + std::min(done, plan.bytes), total});
    });
    if (!file) return unexpected(std::move(file.error()));
    before += plan.bytes;
    merged.push_back(std::move(*file));
  }
  return Json{{"run", request.run.string()}, {"files", std::move(merged)}};
}

}  // namespace tarsier
