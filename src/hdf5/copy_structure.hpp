// A new file of the form of another: its groups, datasets, names and attributes, without the data.
#pragma once

#include <string>

#include "base/result.hpp"
#include "hdf5/file.hpp"

namespace tarsier {

// Makes in `to`, which is new and empty, every group, dataset (of length 0 along its first dimension), second name and
// attribute of `from`. Datasets keep their type, filters and chunks; unfiltered ones of small entries get chunks of
// about 64 KiB, for nobody rewrites their last chunk any more.
[[nodiscard]] Result<void> copy_structure(const FileHandle& from, WritableFile& to);

}  // namespace tarsier
