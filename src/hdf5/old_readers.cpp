#include "hdf5/error.hpp"
#include "hdf5/file.hpp"
#include "hdf5/objects.hpp"

namespace tarsier {

Result<void> WritableFile::convert_for_old_readers() {
  const auto datasets = list_datasets(handle_);
  if (!datasets) return unexpected(datasets.error());
  for (const DatasetNames& names : *datasets) {
    const DatasetHandle dataset(H5Dopen2(handle_.get(), names.paths.front().c_str(), H5P_DEFAULT));
    if (!dataset || H5Dformat_convert(dataset.get()) < 0) return hdf5_failure("convert " + names.paths.front());
    if (auto whole = intact(); !whole) return whole;
  }
  if (H5Fformat_convert(handle_.get()) < 0) return hdf5_failure("convert the superblock");
  return intact();
}

}  // namespace tarsier
