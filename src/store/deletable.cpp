#include "store/deletable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace tarsier {
namespace {

constexpr std::size_t time_letters = 15;
constexpr std::size_t number_letters = 7;  // "_000007"

bool may_go(const SegmentSummary& segment, Retention policy, bool recording) {
  if (!segment.sealed || !segment.deleted.empty()) return false;
  const bool hashed = !segment.sha256.empty();
  // What a run had not hashed when it was over, or what was recovered since, stays without a hash for good.
  if (policy == Retention::delete_oldest) return hashed || !recording;
  return hashed && !segment.pulled.empty();
}

// The index of the last one that is there; what is recorded now has nothing behind it yet.
std::size_t last_sealed(std::span<const SegmentSummary> segments) {
  std::size_t last = segments.size();
  for (std::size_t s = 0; s < segments.size(); ++s) {
    if (segments[s].sealed && segments[s].deleted.empty()) last = s;
  }
  return last;
}

}  // namespace

std::string time_in_name(const std::filesystem::path& file) {
  const std::string name = file.stem().string();
  if (file.extension() != ".h5" || name.size() < time_letters + number_letters + 1) return {};
  const std::string time = name.substr(name.size() - number_letters - time_letters, time_letters);
  for (std::size_t i = 0; i < time.size(); ++i) {
    const bool right = i == 8 ? time[i] == '_' : std::isdigit(static_cast<unsigned char>(time[i])) != 0;
    if (!right) return {};
  }
  return time;
}

std::optional<DeletableSegment> find_deletable(std::span<const std::span<const SegmentSummary>> cameras,
                                               Retention policy, bool recording) {
  if (policy == Retention::keep_all) return std::nullopt;
  std::optional<DeletableSegment> oldest;
  std::string oldest_time;
  for (std::size_t c = 0; c < cameras.size(); ++c) {
    const std::size_t kept = recording ? last_sealed(cameras[c]) : cameras[c].size();
    for (std::size_t s = 0; s < cameras[c].size(); ++s) {
      const SegmentSummary& segment = cameras[c][s];
      const std::string time = time_in_name(segment.file);
      if (s == kept || time.empty() || !may_go(segment, policy, recording) || (oldest && time >= oldest_time)) continue;
      oldest = DeletableSegment{c, s, segment.file, segment.bytes};
      oldest_time = time;
    }
  }
  return oldest;
}

Result<void> check_pulled(const SegmentSummary& segment, const std::string& sha256) {
  const std::string name = segment.file.generic_string();
  if (!segment.sealed) return misuse(name + ": is still being written; pull it when it is sealed");
  if (!segment.deleted.empty()) return misuse(fmt::format("{}: was deleted {}", name, segment.deleted));
  if (segment.sha256.empty()) return failure(name + ": its checksum is not known yet; ask again later");
  if (segment.sha256 != sha256) {
    return misuse(fmt::format("{}: has sha-256 {}, not {}; pull it again", name, segment.sha256, sha256));
  }
  return {};
}

}  // namespace tarsier
