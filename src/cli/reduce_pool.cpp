#include "cli/reduce_pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <list>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "base/wakeup.hpp"
#include "cli/jobs_display.hpp"

namespace tarsier {
namespace {

constexpr Nanoseconds between_looks = std::chrono::milliseconds(20);
constexpr unsigned looks_between_pictures = 5;

class Pool {
 public:
  Pool(const std::vector<PoolJob>& jobs, const std::function<void(std::size_t, const ChildOutcome&)>& done)
      : jobs_(jobs), done_(done), begun_at_(clock_.monotonic()) {}

  Result<void> fill(std::size_t at_once) {
    while (running_.size() < at_once && next_ < jobs_.size()) {
      auto child = ChildCommand::start(jobs_[next_].words);
      if (!child) return unexpected(std::move(child.error()));
      running_.emplace(next_++, std::move(*child));
    }
    return {};
  }
  void terminate() {
    for (auto& [number, child] : running_) child.terminate();
  }
  // Takes those that have ended out and tells of them in order.
  void collect() {
    for (auto job = running_.begin(); job != running_.end();) {
      if (!job->second.ended()) {
        ++job;
        continue;
      }
      ended_frames_ += job->second.progress().delivered;
      ended_.emplace(job->first, job->second.outcome());
      job = running_.erase(job);
    }
    for (auto first = ended_.begin(); first != ended_.end() && first->first == told_; first = ended_.begin()) {
      display_.clear();
      done_(told_++, first->second);
      ended_.erase(first);
    }
  }
  void show() {
    JobsProgress progress;
    for (auto& [number, child] : running_) progress.running.push_back({jobs_[number].title, child.progress()});
    progress.jobs = jobs_.size();
    progress.ended = next_ - running_.size();
    progress.ended_frames = ended_frames_;
    progress.elapsed_s = std::chrono::duration<double>(clock_.monotonic() - begun_at_).count();
    display_.show(progress);
  }
  [[nodiscard]] bool idle() const { return running_.empty(); }
  [[nodiscard]] bool over() const { return running_.empty() && next_ == jobs_.size(); }

 private:
  const std::vector<PoolJob>& jobs_;
  const std::function<void(std::size_t, const ChildOutcome&)>& done_;
  const SystemClock clock_;
  const Nanoseconds begun_at_;
  JobsDisplay display_;
  std::size_t next_ = 0;  // to begin
  std::size_t told_ = 0;  // of which `done` heard
  std::uint64_t ended_frames_ = 0;
  std::map<std::size_t, ChildCommand> running_;
  std::map<std::size_t, ChildOutcome> ended_;  // before one that still runs
};

}  // namespace

std::size_t jobs_at_once(std::size_t asked, std::size_t cores, Bytes available, Bytes budget) {
  const std::size_t wanted = std::max<std::size_t>(asked > 0 ? asked : cores, 1);
  const std::size_t fitting = std::max<std::size_t>(available.count / std::max<std::uint64_t>(budget.count, 1), 1);
  return std::min(wanted, fitting);
}

Bytes available_memory() {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    unsigned long long kib = 0;
    if (std::sscanf(line.c_str(), "MemAvailable: %llu kB", &kib) == 1) return kibibytes(kib);
  }
  return Bytes{};
}

Result<void> run_jobs(const std::vector<PoolJob>& jobs, std::size_t at_once, const StopSignals& signals,
                      const std::function<void(std::size_t, const ChildOutcome&)>& done) {
  Pool pool(jobs, done);
  Wakeup nap;
  for (unsigned look = 0; !pool.over(); ++look) {
    const bool stopping = signals.request().load() != StopRequest::none;
    if (stopping) {
      pool.terminate();
    } else if (auto filled = pool.fill(at_once); !filled) {
      return filled;
    }
    pool.collect();
    if (stopping && pool.idle()) break;
    if (look % looks_between_pictures == 0) pool.show();
    nap.wait(nap.ticket(), between_looks);
  }
  return {};
}

}  // namespace tarsier
