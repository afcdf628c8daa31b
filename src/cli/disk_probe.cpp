#include "cli/disk_probe.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <thread>

#include "cli/text.hpp"

namespace tarsier {
namespace {

using Stopwatch = std::chrono::steady_clock;

constexpr std::size_t chunk_bytes = std::size_t{1} << 20;
// What is written between two fdatasyncs of the fastest part.
constexpr std::uint64_t burst_bytes = mebibytes(32).count;
// A faster disk stalls no less for being written to more than any rig does.
constexpr double most_paced = 64e6;

double seconds_since(Stopwatch::time_point before) { return Seconds(Stopwatch::now() - before).count(); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

DiskProbe::DiskProbe(FileOperations& files, std::filesystem::path directory, UniqueFd file)
    : files_(files), directory_(std::move(directory)), file_(std::move(file)), chunk_(chunk_bytes) {
  // Some file systems compress what they can.
  std::minstd_rand random(1);
  for (std::byte& value : chunk_) value = static_cast<std::byte>(random() >> 8);
}

Result<DiskProbe> DiskProbe::create(FileOperations& files, const std::filesystem::path& directory) {
  const auto place = directory / fmt::format(".tarsier-bench-{}", ::getpid());
  UniqueFd file(files.open(place.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) return unexpected(file_error(directory, "make a file", errno).within("--directory"));
  if (files.unlink(place.c_str()) != 0) return unexpected(file_error(place, "unlink", errno));
  const std::int64_t free = files.free_bytes(directory.c_str());
  if (free < 0) return unexpected(file_error(directory, "free space", errno));
  const Bytes wanted = most + spare;
  if (static_cast<std::uint64_t>(free) < wanted.count)
    return failure(fmt::format(
        "--directory: {}: {} are free and {} are wanted, of which {} are written for a moment; "
        "make room, or give another folder",
        directory.string(), disk_text(Bytes{static_cast<std::uint64_t>(free)}), disk_text(wanted), disk_text(most)));
  return DiskProbe(files, directory, std::move(file));
}

Result<DiskSpeed> DiskProbe::measure(const Patience& patience) {
  const Patience half{patience.least / 2, patience.stopped};
  DiskSpeed speed;
  const auto fast = fastest(half);
  if (!fast) return unexpected(fast.error());
  speed.bytes_per_s = *fast;
  const auto done = paced(half, std::min(*fast / 2, most_paced), speed);
  if (!done) return unexpected(done.error());
  speed.written = written_;
  const std::int64_t free = files_.free_bytes(directory_.c_str());
  if (free < 0) return unexpected(file_error(directory_, "free space", errno));
  speed.free = static_cast<std::uint64_t>(free);
  return speed;
}

// Seconds that it took. A full file begins anew, so that room is always made anew as well.
Result<double> DiskProbe::write_chunk() {
  if (at_ + chunk_.size() > most.count) {
    if (files_.ftruncate(file_.get(), 0) != 0) return unexpected(file_error(directory_, "ftruncate", errno));
    at_ = 0;
  }
  const auto before = Stopwatch::now();
  const auto done = write_all(files_, file_.get(), chunk_, at_, directory_);
  if (!done) return unexpected(done.error());
  at_ += chunk_.size();
  written_ += chunk_.size();
  return seconds_since(before);
}

Result<double> DiskProbe::synchronise() {
  const auto before = Stopwatch::now();
  if (files_.fdatasync(file_.get()) != 0) return unexpected(file_error(directory_, "fdatasync", errno));
  return seconds_since(before);
}

Result<double> DiskProbe::fastest(const Patience& patience) {
  const auto start = Stopwatch::now();
  double seconds = 0;
  std::uint64_t bytes = 0;
  do {
    for (std::uint64_t burst = 0; burst < burst_bytes && !patience.stopped(); burst += chunk_bytes) {
      const auto took = write_chunk();
      if (!took) return took;
      seconds += *took;
      bytes += chunk_bytes;
      if (seconds_since(start) > patience.least.count()) break;
    }
    const auto took = synchronise();
    if (!took) return took;
    seconds += *took;
  } while (seconds_since(start) < patience.least.count() && !patience.stopped());
  return static_cast<double>(bytes) / seconds;
}

Result<void> DiskProbe::paced(const Patience& patience, double bytes_per_s, DiskSpeed& speed) {
  const double every = std::min(1.0, patience.least.count() / 3);
  const double step = std::min(static_cast<double>(chunk_bytes) / bytes_per_s, every);
  const auto start = Stopwatch::now();
  double next_sync = every;
  std::vector<double> syncs;
  for (double next_write = 0; syncs.size() < 3 || next_write < patience.least.count(); next_write += step) {
    if (patience.stopped()) return failure("stopped before its end; nothing is left behind");
    std::this_thread::sleep_until(start + std::chrono::duration_cast<Stopwatch::duration>(Seconds(next_write)));
    const auto wrote = write_chunk();
    if (!wrote) return unexpected(wrote.error());
    speed.stall_worst_s = std::max(speed.stall_worst_s, *wrote);
    if (seconds_since(start) < next_sync) continue;
    const auto synchronised = synchronise();
    if (!synchronised) return unexpected(synchronised.error());
    syncs.push_back(*synchronised);
    next_sync = seconds_since(start) + every;
  }
  speed.syncs = syncs.size();
  speed.sync_median_s = median(syncs);
  speed.sync_worst_s = *std::max_element(syncs.begin(), syncs.end());
  speed.stall_worst_s = std::max(speed.stall_worst_s, speed.sync_worst_s);
  return {};
}

}  // namespace tarsier
