#include "report/segment_probe.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

#include "base/file_operations.hpp"
#include "base/unique_fd.hpp"
#include "report/segment_reader.hpp"

namespace tarsier {
namespace {

// The child's answer begins with one of these.
constexpr char range_follows = 'U';
constexpr char reason_follows = 'R';
constexpr std::uint64_t probed_rows_a_block = 4096;

Result<UtcRange> read_times(const SegmentReader& segment) {
  UtcRange range;
  std::vector<ReportRow> rows(std::min(probed_rows_a_block, segment.facts().rows));
  for (std::uint64_t first = 0; first < segment.facts().rows; first += rows.size()) {
    rows.resize(std::min<std::uint64_t>(rows.size(), segment.facts().rows - first));
    if (auto read = segment.read(first, std::span(rows)); !read) return unexpected(std::move(read.error()));
    for (const auto& row : rows) {
      range.include(row.utc_ns);
      if (row.is_activity()) range.include(row.utc_ns - row.pair_ns);
    }
  }
  return range;
}

template <typename Entry>
Result<void> try_last(const SegmentReader& segment, std::uint64_t count, std::size_t size = 1) {
  std::vector<Entry> entries(size);
  return count == 0 ? Result<void>() : segment.read(count - 1, std::span(entries));
}

Result<void> try_images(const SegmentReader& segment) {
  const auto& facts = segment.facts();
  std::vector<std::uint16_t> image(facts.pixels());
  std::vector<std::uint8_t> mask(facts.pixels());
  Result<void> done;
  if (facts.frames > 0) done = segment.read_frame(facts.frames - 1, image);
  if (done && facts.masks > 0) done = segment.read_mask(facts.masks - 1, mask);
  if (done && facts.mean_projection) done = segment.read_projection(ProjectionKind::mean, 0, image);
  if (done && facts.max_projection) done = segment.read_projection(ProjectionKind::max, 0, image);
  return done;
}

Result<UtcRange> look_inside(const std::filesystem::path& path) {
  const auto segment = SegmentReader::open(path);
  if (!segment) return unexpected(segment.error());
  const auto& facts = segment->facts();
  auto range = read_times(*segment);
  Result<void> done;
  if (range) done = try_last<RegionActivity>(*segment, facts.rows, facts.regions.size());
  if (done) done = try_last<ReportGap>(*segment, facts.gaps);
  if (done) done = try_last<ReportEvent>(*segment, facts.events);
  if (done) done = try_last<ProjectionRow>(*segment, facts.projections);
  if (done) done = try_images(*segment);
  if (!done) return unexpected(std::move(done.error()));
  return range;
}

// Runs in the child.
std::string answer_of(const std::filesystem::path& path) {
  const auto range = look_inside(path);
  if (!range) return reason_follows + range.error().message;
  std::string answer(1 + sizeof(UtcRange), range_follows);
  std::memcpy(answer.data() + 1, &*range, sizeof(UtcRange));
  return answer;
}

std::string reason_of(const ConfinedAnswer& outcome) {
  constexpr auto remedy = "the file is damaged: fetch it anew, or leave it out";
  switch (outcome.end) {
    case ConfinedEnd::crashed:
      return fmt::format("the HDF5 library crashed on it ({}); {}",
                         outcome.signal != 0 ? strsignal(outcome.signal) : "it ended without an answer", remedy);
    case ConfinedEnd::hung: return fmt::format("the HDF5 library hung on it and was stopped; {}", remedy);
    case ConfinedEnd::refused:
      return fmt::format("no process could be started to look at it ({}); try again", outcome.answer);
    case ConfinedEnd::answered: break;
  }
  return outcome.answer.empty() ? "no answer came from the process that looked at it" : outcome.answer.substr(1);
}

Result<void> begins_as_hdf5(const std::filesystem::path& path) {
  constexpr std::array<char, 8> signature{'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
  auto& files = system_files();
  const UniqueFd file(files.open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0));
  if (!file) return unexpected(file_error(path, "open", errno));
  std::array<char, signature.size()> found{};
  const auto got = files.pread(file.get(), found.data(), found.size(), 0);
  if (got < 0) return unexpected(file_error(path, "read", errno));
  if (got < static_cast<ssize_t>(found.size()) || found != signature)
    return failure(
        fmt::format("{}: is no HDF5 file; name a file or the folder of a run that Tarsier made", path.string()));
  return {};
}

}  // namespace

void UtcRange::include(std::int64_t utc_ns) {
  if (utc_ns < 0) return;
  first_ns = std::min(first_ns, utc_ns);
  last_ns = std::max(last_ns, utc_ns);
}

ConfinedLimits probe_limits(std::uint64_t bytes) {
  ConfinedLimits limits;
  // All rows are read, and a merged file has those of weeks.
  limits.cpu += std::chrono::seconds(bytes / (8U << 20U));
  limits.wall = std::chrono::seconds(60) + 4 * limits.cpu;  // a disk may be slow; a hang uses the processor's time
  return limits;
}

Result<UtcRange> probe_segment(const std::filesystem::path& path) {
  std::error_code unknown;
  const auto bytes = std::filesystem::file_size(path, unknown);
  return probe_segment(path, probe_limits(unknown ? 0 : bytes));
}

Result<UtcRange> probe_segment(const std::filesystem::path& path, const ConfinedLimits& limits) {
  if (auto plausible = begins_as_hdf5(path); !plausible) return unexpected(std::move(plausible.error()));
  const auto outcome = run_confined([&path] { return answer_of(path); }, limits);
  const auto& answer = outcome.answer;
  if (outcome.end == ConfinedEnd::answered && answer.size() == 1 + sizeof(UtcRange) && answer[0] == range_follows) {
    UtcRange range;
    std::memcpy(&range, answer.data() + 1, sizeof(range));
    return range;
  }
  return failure(fmt::format("{}: {}", path.string(), reason_of(outcome)));
}

}  // namespace tarsier
