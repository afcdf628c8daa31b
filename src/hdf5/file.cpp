#include "hdf5/file.hpp"

#include <utility>

#include "hdf5/error.hpp"

namespace tarsier {
namespace {

constexpr std::size_t metadata_cache_bytes = 1024 * 1024;
constexpr std::size_t chunk_cache_bytes = 64 * 1024;
constexpr std::size_t chunk_cache_slots = 13;
constexpr hsize_t page_bytes = 4096;

bool bound_metadata_cache(const PropertiesHandle& properties) {
  H5AC_cache_config_t config{};
  config.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  if (H5Pget_mdc_config(properties.get(), &config) < 0) return false;
  config.set_initial_size = true;
  config.initial_size = metadata_cache_bytes;
  config.min_size = metadata_cache_bytes;
  config.max_size = metadata_cache_bytes;
  return H5Pset_mdc_config(properties.get(), &config) >= 0;
}

PropertiesHandle access_properties(DriverFile& driver) {
  PropertiesHandle properties(H5Pcreate(H5P_FILE_ACCESS));
  // The chunk caches are bounded here and not per dataset, because HDF5 1.10.8 forgets the datasets' own settings when
  // SWMR starts.
  const bool made = use_file_driver(properties, driver) &&
                    H5Pset_libver_bounds(properties.get(), H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0 &&
                    H5Pset_fclose_degree(properties.get(), H5F_CLOSE_STRONG) >= 0 &&
                    H5Pset_cache(properties.get(), 0, chunk_cache_slots, chunk_cache_bytes, 1.0) >= 0 &&
                    bound_metadata_cache(properties);
  return made ? std::move(properties) : PropertiesHandle();
}

// No times, so that the same recording makes the same bytes. Those in the superblock's extension stay: HDF5 has no
// switch for them.
PropertiesHandle creation_properties() {
  PropertiesHandle properties(H5Pcreate(H5P_FILE_CREATE));
  const bool made = H5Pset_file_space_strategy(properties.get(), H5F_FSPACE_STRATEGY_PAGE, false, 1) >= 0 &&
                    H5Pset_file_space_page_size(properties.get(), page_bytes) >= 0 &&
                    H5Pset_attr_phase_change(properties.get(), 1000, 0) >= 0 &&
                    H5Pset_obj_track_times(properties.get(), false) >= 0;
  return made ? std::move(properties) : PropertiesHandle();
}

std::unique_ptr<DriverFile> make_driver(FileOperations& files, const std::filesystem::path& path) {
  auto driver = std::make_unique<DriverFile>();
  driver->files = &files;
  driver->path = path;
  return driver;
}

}  // namespace

Result<WritableFile> WritableFile::create(FileOperations& files, const std::filesystem::path& path) {
  quiet_hdf5();
  WritableFile file(make_driver(files, path));
  const PropertiesHandle access = access_properties(*file.driver_);
  const PropertiesHandle creation = creation_properties();
  if (access && creation) {
    file.handle_ = FileHandle(H5Fcreate(path.c_str(), H5F_ACC_EXCL, creation.get(), access.get()));
  }
  if (file.handle_ && !file.driver_->failed) return file;
  // Half of a file would only be in the way of the next attempt; one that was there before stays.
  if (file.driver_->created) (void)files.unlink(path.c_str());
  return file.driver_->failed ? unexpected(*file.driver_->failed) : hdf5_failure("create segment");
}

Result<WritableFile> WritableFile::open(FileOperations& files, const std::filesystem::path& path) {
  quiet_hdf5();
  WritableFile file(make_driver(files, path));
  const PropertiesHandle access = access_properties(*file.driver_);
  if (access) file.handle_ = FileHandle(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.get()));
  if (!file.handle_) return hdf5_failure("open segment");
  if (auto whole = file.intact(); !whole) return unexpected(std::move(whole.error()));
  return file;
}

WritableFile::~WritableFile() {
  if (driver_ == nullptr || !handle_) return;
  quiet_hdf5();
  abandon();
  (void)handle_.close();
  H5Eclear2(H5E_DEFAULT);
}

Result<void> WritableFile::make_group(const std::string& path) {
  quiet_hdf5();
  const PropertiesHandle properties(H5Pcreate(H5P_GROUP_CREATE));
  const bool made =
      H5Pset_attr_phase_change(properties.get(), 1000, 0) >= 0 && H5Pset_obj_track_times(properties.get(), false) >= 0;
  if (!made) return hdf5_failure("create " + path);
  GroupHandle group(H5Gcreate2(handle_.get(), path.c_str(), H5P_DEFAULT, properties.get(), H5P_DEFAULT));
  if (!group || !group.close()) return hdf5_failure("create " + path);
  return {};
}

Result<void> WritableFile::hard_link(const std::string& object, const std::string& name) {
  quiet_hdf5();
  if (H5Lcreate_hard(handle_.get(), object.c_str(), handle_.get(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT) < 0) {
    return hdf5_failure("link " + name);
  }
  return {};
}

Result<void> WritableFile::start_swmr() {
  quiet_hdf5();
  if (H5Fstart_swmr_write(handle_.get()) < 0) return hdf5_failure("let others read " + driver_->path.string());
  return intact();
}

Result<RawPlace> WritableFile::write_chunk(Series& series, std::uint64_t first, std::span<const std::byte> coded,
                                           std::uint32_t filter_mask) {
  driver_->raw_writes = 0;
  if (auto written = series.write_chunk(first, coded, filter_mask); !written) return unexpected(written.error());
  if (auto whole = intact(); !whole) return unexpected(std::move(whole.error()));
  if (driver_->raw_writes != 1 || driver_->raw_bytes != coded.size()) {
    return failure(driver_->path.string() + ": HDF5 did not write a chunk in one piece; its place is not known");
  }
  return RawPlace{driver_->raw_offset, driver_->raw_bytes};
}

Result<void> WritableFile::intact() const {
  if (driver_->failed) return unexpected(*driver_->failed);
  return {};
}

Result<void> WritableFile::flush() {
  quiet_hdf5();
  if (H5Fflush(handle_.get(), H5F_SCOPE_LOCAL) < 0) return hdf5_failure("flush");
  return intact();
}

Result<void> WritableFile::close() {
  quiet_hdf5();
  const bool closed = handle_.close();
  if (driver_->failed) {
    H5Eclear2(H5E_DEFAULT);
    return intact();
  }
  if (!closed) return hdf5_failure("close " + driver_->path.string());
  return {};
}

Result<ReadableFile> ReadableFile::open(FileOperations& files, const std::filesystem::path& path) {
  quiet_hdf5();
  ReadableFile file(make_driver(files, path));
  const PropertiesHandle access = access_properties(*file.driver_);
  if (access) {
    H5Pset_metadata_read_attempts(access.get(), 1);
    file.handle_ = FileHandle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()));
  }
  if (!file.handle_) return hdf5_failure(path.string());
  return file;
}

Result<FileHandle> open_for_reading(const std::filesystem::path& path, bool growing) {
  quiet_hdf5();
  const PropertiesHandle access(H5Pcreate(H5P_FILE_ACCESS));
  // HDF5 would read damaged metadata a hundred times over, with pauses.
  if (!growing) H5Pset_metadata_read_attempts(access.get(), 1);
  FileHandle file(H5Fopen(path.c_str(), growing ? H5F_ACC_RDONLY | H5F_ACC_SWMR_READ : H5F_ACC_RDONLY, access.get()));
  if (!file) return hdf5_failure(path.string());
  return file;
}

}  // namespace tarsier
