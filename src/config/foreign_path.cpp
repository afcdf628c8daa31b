#include "config/foreign_path.hpp"

#include <algorithm>

namespace tarsier {
namespace {

namespace fs = std::filesystem;

bool climbs(const fs::path& path) { return std::find(path.begin(), path.end(), "..") != path.end(); }

// Whether a link on the way leads nowhere yet: nobody knows where it will lead.
bool is_dangling(const fs::path& path) {
  std::error_code ignored;
  fs::path place;
  return std::any_of(path.begin(), path.end(), [&](const fs::path& part) {
    place /= part;
    return fs::is_symlink(place, ignored) && !fs::exists(place, ignored);
  });
}

bool leads_below(const fs::path& path, const fs::path& root) {
  std::error_code error;
  const fs::path top = fs::canonical(root, error);
  if (error) return false;
  const fs::path place = fs::weakly_canonical(path, error);
  if (error || climbs(place) || is_dangling(path)) return false;
  const auto [end, differs] = std::mismatch(top.begin(), top.end(), place.begin(), place.end());
  return end == top.end() && differs != place.end();
}

}  // namespace

bool is_below(const fs::path& path, const fs::path& base, const fs::path& root) {
  return path.is_relative() && !climbs(path) && leads_below(base.empty() ? path : base / path, root);
}

bool is_device(const fs::path& path) { return path.is_absolute() && !climbs(path) && leads_below(path, "/dev"); }

}  // namespace tarsier
