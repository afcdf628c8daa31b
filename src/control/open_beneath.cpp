#include "control/open_beneath.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <cerrno>

namespace tarsier {
namespace {

constexpr int for_reading = O_RDONLY | O_CLOEXEC | O_NONBLOCK;

UniqueFd open_folder(const std::filesystem::path& folder) {
  return UniqueFd(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

}  // namespace

UniqueFd open_step_by_step(const std::filesystem::path& folder, const std::filesystem::path& path) {
  UniqueFd at = open_folder(folder);
  for (auto step = path.begin(); at && step != path.end();) {
    const auto name = *step++;
    if (name == ".." || name == "." || name.empty() || name.is_absolute()) {
      errno = ENOENT;
      return {};
    }
    const int flags = step == path.end() ? for_reading : O_PATH | O_DIRECTORY | O_CLOEXEC;
    at.reset(::openat(at.get(), name.c_str(), flags | O_NOFOLLOW));
  }
  return at;
}

UniqueFd open_beneath(const std::filesystem::path& folder, const std::filesystem::path& path) {
  const UniqueFd at = open_folder(folder);
  if (!at) return {};
  open_how how{};
  how.flags = for_reading;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  UniqueFd file(static_cast<int>(::syscall(SYS_openat2, at.get(), path.c_str(), &how, sizeof how)));
  // Of an older kernel, or of a container that does not know it.
  if (!file && (errno == ENOSYS || errno == EPERM)) return open_step_by_step(folder, path);
  return file;
}

}  // namespace tarsier
