#include "store/volume.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>

#include "base/file_operations.hpp"
#include "base/unique_fd.hpp"

namespace tarsier {
namespace {

namespace fs = std::filesystem;

// FS_IOC_GETFSUUID of Linux 6.9, which older headers lack.
struct KernelUuid {
  std::uint8_t length;
  std::array<std::uint8_t, 16> bytes;
};
constexpr unsigned long get_uuid = _IOR(0x15, 0, KernelUuid);

struct Mount {
  Volume volume;
  dev_t device = 0;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text;
}

// The mount through which an open descriptor was reached: two may lie on one another, and this is the one that counts.
std::optional<std::string> mount_id(int fd) {
  std::ifstream info(fmt::format("/proc/self/fdinfo/{}", fd));
  for (std::string key, value; info >> key >> value;) {
    if (key == "mnt_id:") return value;
  }
  return std::nullopt;
}

// Spaces and the like stand there as \040.
std::string unescaped(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      result += static_cast<char>(std::stoi(text.substr(i + 1, 3), nullptr, 8));
      i += 3;
    } else {
      result += text[i];
    }
  }
  return result;
}

// proc(5): id parent major:minor root mount-point options optional... - type source super-options
std::optional<Mount> find_mount(const std::string& id) {
  std::ifstream table("/proc/self/mountinfo");
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    std::string own_id, parent, device, root, point, word;
    words >> own_id >> parent >> device >> root >> point;
    if (own_id != id) continue;
    while (words >> word && word != "-") {
    }
    Mount mount;
    words >> mount.volume.type >> mount.volume.source;
    mount.volume.mount_point = unescaped(point);
    mount.volume.source = unescaped(mount.volume.source);
    const std::size_t colon = device.find(':');
    mount.device =
        makedev(static_cast<unsigned>(std::stoul(device)), static_cast<unsigned>(std::stoul(device.substr(colon + 1))));
    return mount;
  }
  return std::nullopt;
}

std::string uuid_from_kernel(int fd) {
  KernelUuid uuid{};
  if (::ioctl(fd, get_uuid, &uuid) != 0 || uuid.length != uuid.bytes.size()) return {};
  // A file system that was made without one.
  if (std::all_of(uuid.bytes.begin(), uuid.bytes.end(), [](auto byte) { return byte == 0; })) return {};
  std::string text;
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    text += fmt::format("{}{:02x}", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid.bytes[i]);
  }
  return text;
}

// Of the block device that was mounted; of file systems over several, that of the one which was named.
std::string uuid_from_links(const Mount& mount) {
  struct stat source {};
  const bool has_source = ::stat(mount.volume.source.c_str(), &source) == 0 && S_ISBLK(source.st_mode);
  std::error_code missing;
  for (const auto& link : fs::directory_iterator("/dev/disk/by-uuid", missing)) {
    struct stat device {};
    if (::stat(link.path().c_str(), &device) != 0) continue;
    if (device.st_rdev == mount.device || (has_source && device.st_rdev == source.st_rdev)) {
      return lower(link.path().filename().string());
    }
  }
  return {};
}

bool one_of(std::string_view type, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), type) != list.end();
}

// Why a segment must not be written there; empty: it may.
std::string_view unfit(std::string_view type) {
  if (one_of(type, {"vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk"})) {
    return "it promises neither an atomic rename nor that a power cut leaves synced data alone; format the disk as "
           "ext4";
  }
  if (one_of(type, {"nfs", "nfs4", "cifs", "smbfs", "smb3", "9p", "afs", "ceph", "ncpfs", "davfs", "fuse.sshfs",
                    "fuse.rclone", "fuse.s3fs", "fuse.glusterfs", "fuse.davfs2"})) {
    return "a network has neither reliable locks nor a disk that syncs in time; record to a disk of this device and "
           "copy what is sealed";
  }
  return {};
}

}  // namespace

Result<Volume> volume_of(const fs::path& folder) {
  const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return unexpected(file_error(folder, "open", errno));
  const auto id = mount_id(fd.get());
  auto mount = id ? find_mount(*id) : std::nullopt;
  if (!mount) return failure(folder.string() + ": /proc/self/mountinfo does not say where it lies");
  mount->volume.uuid = uuid_from_kernel(fd.get());
  if (mount->volume.uuid.empty()) mount->volume.uuid = uuid_from_links(*mount);
  return std::move(mount->volume);
}

Result<void> check_volume(const Volume& volume, const fs::path& folder, const std::string& required) {
  if (!required.empty() && volume.uuid != lower(required)) {
    return failure(fmt::format(
        "{}: the disk with UUID {} is not mounted here, but {} ({}, UUID {}) at {}; mount the right disk or change "
        "store.require_mount",
        folder.string(), required, volume.source, volume.type, volume.uuid.empty() ? "unknown" : volume.uuid,
        volume.mount_point.string()));
  }
  if (const std::string_view why = unfit(volume.type); !why.empty()) {
    return failure(fmt::format("{}: lies on a file system of type {} ({}) and segments are not written there: {}",
                               folder.string(), volume.type, volume.source, why));
  }
  return {};
}

Result<void> check_place(const fs::path& folder, const std::string& required) {
  std::error_code ignored;
  fs::path nearest = fs::absolute(folder, ignored);
  while (!fs::exists(nearest, ignored) && nearest.has_relative_path()) nearest = nearest.parent_path();
  auto volume = volume_of(nearest);
  // Where the kernel does not tell, only a requirement is a reason to refuse.
  if (!volume) return required.empty() ? Result<void>{} : unexpected(std::move(volume.error()));
  return check_volume(*volume, folder, required);
}

}  // namespace tarsier
