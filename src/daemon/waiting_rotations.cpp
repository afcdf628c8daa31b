#include "daemon/waiting_rotations.hpp"

#include <algorithm>
#include <utility>

#include "store/manifest.hpp"

namespace tarsier {
namespace {

std::set<std::string> open_segments(const std::filesystem::path& run_folder) {
  std::set<std::string> open;
  const auto manifest = read_manifest(system_files(), run_folder);
  if (!manifest) return open;
  for (const Json& camera : manifest->at("cameras")) {
    const Json& segments = camera.at("segments");
    if (!segments.empty() && !segments.back().value("sealed", false)) {
      open.insert(segments.back().value("file", std::string()));
    }
  }
  return open;
}

}  // namespace

void WaitingRotations::add(const std::filesystem::path& run_folder, Done<Answer<Json>> done) {
  waiting_.push_back({open_segments(run_folder), std::move(done)});
}

void WaitingRotations::look(const std::filesystem::path& run_folder) {
  if (waiting_.empty()) return;
  const auto open = open_segments(run_folder);
  std::erase_if(waiting_, [&](Rotation& one) {
    const bool over =
        std::none_of(one.open.begin(), one.open.end(), [&](const std::string& file) { return open.contains(file); });
    if (over) one.done(Json{{"run", run_folder.filename().string()}, {"sealed", one.open.size()}});
    return over;
  });
}

void WaitingRotations::give_up() {
  for (Rotation& one : std::exchange(waiting_, {})) {
    one.done(tl::make_unexpected(Refusal{409, "the run ended before the segments were sealed"}));
  }
}

}  // namespace tarsier
