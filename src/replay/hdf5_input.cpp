#include "replay/hdf5_input.hpp"

#include <cerrno>

#include "hdf5/error.hpp"
#include "replay/read_whole.hpp"

namespace tarsier {
namespace {

int refuse_change() {
  errno = EROFS;
  return -1;
}

}  // namespace

void ObservedFile::observe(const void* buffer) {
  observed_ = buffer;
  reads_ = 0;
}

std::optional<FilePlace> ObservedFile::noted() const { return reads_ == 1 ? std::optional(place_) : std::nullopt; }

int ObservedFile::open(const char* path, int flags, mode_t mode) { return system_files().open(path, flags, mode); }
int ObservedFile::close(int fd) { return system_files().close(fd); }

ssize_t ObservedFile::pread(int fd, void* data, std::size_t bytes, off_t offset) {
  if (observed_ != nullptr && data == observed_) {
    ++reads_;
    place_ = {static_cast<std::uint64_t>(offset), bytes};
    return static_cast<ssize_t>(bytes);
  }
  const ssize_t count = system_files().pread(fd, data, bytes, offset);
  if (count != 0 || bytes == 0) return count;
  errno = EIO;
  return -1;
}

int ObservedFile::fstat(int fd, struct stat* out) { return system_files().fstat(fd, out); }
int ObservedFile::lock(int fd, int operation) { return system_files().lock(fd, operation); }
std::int64_t ObservedFile::free_bytes(const char* path) { return system_files().free_bytes(path); }
ssize_t ObservedFile::pwrite(int, const void*, std::size_t, off_t) { return refuse_change(); }
int ObservedFile::ftruncate(int, off_t) { return refuse_change(); }
int ObservedFile::fdatasync(int) { return refuse_change(); }
int ObservedFile::fsync(int) { return refuse_change(); }
int ObservedFile::rename_new(const char*, const char*) { return refuse_change(); }
int ObservedFile::rename(const char*, const char*) { return refuse_change(); }
int ObservedFile::unlink(const char*) { return refuse_change(); }
int ObservedFile::mkdir(const char*, mode_t) { return refuse_change(); }

Result<std::unique_ptr<Hdf5Input>> Hdf5Input::open(const std::filesystem::path& path) {
  quiet_hdf5();
  std::unique_ptr<Hdf5Input> input(new Hdf5Input);
  input->driver_.files = &input->files_;
  input->driver_.path = path;
  const PropertiesHandle properties(H5Pcreate(H5P_FILE_ACCESS));
  if (!use_file_driver(properties, input->driver_)) return hdf5_failure("HDF5 cannot open it");
  input->file_ = FileHandle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, properties.get()));
  if (!input->file_) return hdf5_failure("HDF5 cannot open it");
  return input;
}

StoredChunk Hdf5Input::find_chunk(hid_t dataset, std::span<const hsize_t> first, unsigned filters) {
  quiet_hdf5();
  std::byte nothing{};
  std::uint32_t skipped = 0;
  files_.observe(&nothing);
  const herr_t looked = H5Dread_chunk(dataset, H5P_DEFAULT, first.data(), &skipped, &nothing);
  const auto place = files_.noted();
  const bool stored = files_.noted_any();
  files_.observe(nullptr);
  if (!stored) return {};
  const std::uint64_t all = (std::uint64_t{1} << filters) - 1;
  if (looked < 0 || !place || (skipped & all) != all) return {ChunkKind::filtered, {}};
  return {ChunkKind::plain, *place};
}

bool Hdf5Input::read(std::uint64_t offset, std::span<std::byte> bytes) {
  return read_whole(driver_.descriptor, offset, bytes);
}

}  // namespace tarsier
