#include "daemon/known_sources.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tarsier {
namespace {

// A live parameter changes what is seen, not the size or the format of a frame.
bool delivers_the_same(const PipelineDescription& pipeline, SourceConfig a, SourceConfig b) {
  for (const PipelineParameter& parameter : pipeline.parameters) {
    if (parameter.change != FieldClass::live) continue;
    a.parameters.erase(parameter.name);
    b.parameters.erase(parameter.name);
  }
  return a == b;
}

}  // namespace

const ResolvedCamera* KnownSources::find(const SourceConfig& source) const {
  const auto found = std::find_if(known_.begin(), known_.end(), [&](const ResolvedCamera& camera) {
    return delivers_the_same(camera.pipeline, camera.config.source, source);
  });
  return found == known_.end() ? nullptr : &*found;
}

std::optional<std::vector<ResolvedCamera>> KnownSources::resolve(const Rig& rig, const std::filesystem::path& place,
                                                                 RigProblems& problems) const {
  std::vector<ResolvedCamera> cameras;
  bool all_known = true;
  for (std::size_t i = 0; i < rig.cameras.size(); ++i) {
    const ResolvedCamera* known = find(rig.cameras[i].source);
    if (known == nullptr) {
      all_known = false;
      continue;
    }
    const auto wrong = shape_problems(*known, rig.cameras[i], i);
    problems.insert(problems.end(), wrong.begin(), wrong.end());
    if (!wrong.empty()) continue;
    auto camera = resolve_again(*known, rig.cameras[i], i, place);
    if (camera) {
      cameras.push_back(std::move(*camera));
    } else {
      problems.push_back({fmt::format("/cameras/{}", i), camera.error().message});
    }
  }
  if (!all_known || cameras.size() != rig.cameras.size()) return std::nullopt;
  return cameras;
}

}  // namespace tarsier
