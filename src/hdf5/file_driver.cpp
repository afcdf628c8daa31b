#include "hdf5/file_driver.hpp"

#include <fcntl.h>
#include <sys/file.h>
#if __has_include(<H5FDdevelop.h>)
#include <H5FDdevelop.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

namespace tarsier {
namespace {

// HDF5's part must come first: HDF5 hands us pointers to it.
struct OpenFile {
  H5FD_t common{};
  DriverFile* owner = nullptr;
  haddr_t allocated_end = 0;
  haddr_t file_end = 0;
  dev_t device = 0;
  ino_t inode = 0;
};

struct DriverInfo {
  DriverFile* file = nullptr;
};

OpenFile& cast(H5FD_t* file) { return *reinterpret_cast<OpenFile*>(file); }
const OpenFile& cast(const H5FD_t* file) { return *reinterpret_cast<const OpenFile*>(file); }

// Puts the failure where hdf5_error() finds it: deepest in HDF5's stack.
herr_t push_failure(const DriverFile& file, const char* operation, int error_number) {
  H5Epush2(H5E_DEFAULT, __FILE__, operation, __LINE__, H5E_ERR_CLS, H5E_VFL, H5E_WRITEERROR, "%s",
           file_error(file.path, operation, error_number).message.c_str());
  return -1;
}

void abandon(DriverFile& file, const char* operation, int error_number) {
  if (!file.failed) file.failed = file_error(file.path, operation, error_number);
  file.abandoned = true;
}

int open_flags(unsigned flags) {
  int result = (flags & H5F_ACC_RDWR) != 0 ? O_RDWR : O_RDONLY;
  if ((flags & H5F_ACC_CREAT) != 0) result |= O_CREAT;
  if ((flags & H5F_ACC_TRUNC) != 0) result |= O_TRUNC;
  if ((flags & H5F_ACC_EXCL) != 0) result |= O_EXCL;
  return result;
}

H5FD_t* open_file(const char* name, unsigned flags, hid_t properties, haddr_t) {
  const auto* info = static_cast<const DriverInfo*>(H5Pget_driver_info(properties));
  if (info == nullptr) return nullptr;
  DriverFile& owner = *info->file;
  const int descriptor = owner.files->open(name, open_flags(flags), 0644);
  if (descriptor < 0) {
    push_failure(owner, (flags & H5F_ACC_CREAT) != 0 ? "create" : "open", errno);
    return nullptr;
  }
  // HDF5 first looks whether a file that it shall create is there: that is another open.
  owner.created = (flags & H5F_ACC_EXCL) != 0;
  struct stat status {};
  if (owner.files->fstat(descriptor, &status) != 0) {
    push_failure(owner, "examine", errno);
    (void)owner.files->close(descriptor);
    return nullptr;
  }
  auto file = std::make_unique<OpenFile>();
  file->owner = &owner;
  file->file_end = static_cast<haddr_t>(status.st_size);
  file->device = status.st_dev;
  file->inode = status.st_ino;
  owner.descriptor = descriptor;
  return &file.release()->common;
}

herr_t close_file(H5FD_t* handle) {
  const std::unique_ptr<OpenFile> file(&cast(handle));
  DriverFile& owner = *file->owner;
  const int descriptor = std::exchange(owner.descriptor, -1);
  if (owner.files->close(descriptor) != 0) abandon(owner, "close", errno);
  return 0;
}

int compare(const H5FD_t* left, const H5FD_t* right) {
  const auto key = [](const OpenFile& file) { return std::pair(file.device, file.inode); };
  const auto a = key(cast(left));
  const auto b = key(cast(right));
  return a < b ? -1 : (b < a ? 1 : 0);
}

herr_t query(const H5FD_t*, unsigned long* flags) {
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_POSIX_COMPAT_HANDLE | H5FD_FEAT_SUPPORTS_SWMR_IO |
           H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

haddr_t allocated_end(const H5FD_t* file, H5FD_mem_t) { return cast(file).allocated_end; }

herr_t set_allocated_end(H5FD_t* file, H5FD_mem_t, haddr_t end) {
  cast(file).allocated_end = end;
  return 0;
}

haddr_t file_end(const H5FD_t* file, H5FD_mem_t) { return cast(file).file_end; }

herr_t get_descriptor(H5FD_t* file, hid_t, void** handle) {
  *handle = &cast(file).owner->descriptor;
  return 0;
}

void keep_late_write(DriverFile& owner, H5FD_mem_t kind, haddr_t address, std::span<const std::byte> bytes) {
  if (kind != H5FD_MEM_DRAW) owner.late.push_back({address, {bytes.begin(), bytes.end()}});
}

// Lays the late writes over what was read at `address`.
void show_late_writes(const DriverFile& owner, haddr_t address, std::span<std::byte> read) {
  for (const DriverFile::LateWrite& late : owner.late) {
    const haddr_t first = std::max<haddr_t>(address, late.offset);
    const haddr_t end = std::min<haddr_t>(address + read.size(), late.offset + late.bytes.size());
    if (first < end) std::memcpy(&read[first - address], &late.bytes[first - late.offset], end - first);
  }
}

herr_t read_bytes(H5FD_t* handle, H5FD_mem_t, hid_t, haddr_t address, std::size_t bytes, void* buffer) {
  const DriverFile& owner = *cast(handle).owner;
  const std::span<std::byte> all(static_cast<std::byte*>(buffer), bytes);
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t got =
        owner.files->pread(owner.descriptor, &all[done], bytes - done, static_cast<off_t>(address + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && !owner.abandoned) return push_failure(owner, "read", errno);
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  // HDF5 may ask for what it has allocated and not written yet.
  std::fill(all.begin() + static_cast<std::ptrdiff_t>(done), all.end(), std::byte{0});
  show_late_writes(owner, address, all);
  return 0;
}

// All of it, or the errno that prevented it.
int write_whole(const DriverFile& owner, haddr_t address, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t put = owner.files->pwrite(owner.descriptor, bytes.data(), bytes.size(), static_cast<off_t>(address));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return put == 0 ? ENOSPC : errno;
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    address += static_cast<haddr_t>(put);
  }
  return 0;
}

herr_t write_bytes(H5FD_t* handle, H5FD_mem_t kind, hid_t, haddr_t address, std::size_t size, const void* buffer) {
  OpenFile& file = cast(handle);
  DriverFile& owner = *file.owner;
  const std::span<const std::byte> bytes(static_cast<const std::byte*>(buffer), size);
  if (!owner.abandoned) {
    if (const int error_number = write_whole(owner, address, bytes); error_number != 0) {
      abandon(owner, "write", error_number);
    }
  }
  if (owner.abandoned) keep_late_write(owner, kind, address, bytes);
  file.file_end = std::max(file.file_end, address + size);
  if (kind == H5FD_MEM_DRAW) {
    ++owner.raw_writes;
    owner.raw_offset = address;
    owner.raw_bytes = size;
  }
  return 0;
}

herr_t truncate_file(H5FD_t* handle, hid_t, hbool_t) {
  OpenFile& file = cast(handle);
  DriverFile& owner = *file.owner;
  if (file.allocated_end == file.file_end || owner.abandoned) return 0;
  if (owner.files->ftruncate(owner.descriptor, static_cast<off_t>(file.allocated_end)) != 0) {
    abandon(owner, "set the size", errno);
  }
  file.file_end = file.allocated_end;
  return 0;
}

herr_t lock_file(H5FD_t* handle, hbool_t for_writing) {
  DriverFile& owner = *cast(handle).owner;
  if (owner.files->lock(owner.descriptor, (for_writing ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0) return 0;
  // Network file systems without locks.
  if (errno == ENOSYS) return 0;
  return push_failure(owner, "lock (another program has it open)", errno);
}

herr_t unlock_file(H5FD_t* handle) {
  DriverFile& owner = *cast(handle).owner;
  if (owner.files->lock(owner.descriptor, LOCK_UN) != 0 && errno != ENOSYS) abandon(owner, "unlock", errno);
  return 0;
}

H5FD_class_t driver_class() {
  H5FD_class_t driver{};
#ifdef H5FD_CLASS_VERSION
  driver.version = H5FD_CLASS_VERSION;
#endif
#if H5_VERSION_GE(1, 13, 0)
  // Any number outside the range that HDF5 keeps for its own drivers.
  driver.value = static_cast<H5FD_class_value_t>(512);
#endif
  driver.name = "tarsier";
  driver.maxaddr = static_cast<haddr_t>(INT64_MAX);
  driver.fc_degree = H5F_CLOSE_WEAK;
  driver.fapl_size = sizeof(DriverInfo);
  driver.open = open_file;
  driver.close = close_file;
  driver.cmp = compare;
  driver.query = query;
  driver.get_eoa = allocated_end;
  driver.set_eoa = set_allocated_end;
  driver.get_eof = file_end;
  driver.get_handle = get_descriptor;
  driver.read = read_bytes;
  driver.write = write_bytes;
  driver.truncate = truncate_file;
  driver.lock = lock_file;
  driver.unlock = unlock_file;
  const H5FD_mem_t map[] = H5FD_FLMAP_DICHOTOMY;
  std::copy(std::begin(map), std::end(map), driver.fl_map);
  return driver;
}

}  // namespace

bool use_file_driver(const PropertiesHandle& properties, DriverFile& file) {
  const H5FD_class_t described = driver_class();
  // The properties and every file opened with them hold the driver from here on.
  const DriverHandle driver(H5FDregister(&described));
  const DriverInfo info{&file};
  return driver && H5Pset_driver(properties.get(), driver.get(), &info) >= 0;
}

}  // namespace tarsier
