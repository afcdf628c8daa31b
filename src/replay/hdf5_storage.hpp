// Whether the frames of an HDF5 dataset were ever written: HDF5 reads what was not as the fill value.
#pragma once

#include <span>

#include "base/result.hpp"
#include "replay/hdf5_input.hpp"

namespace tarsier {

// Of a dataset of any layout but chunks: its values lie in this very file. Unwritten, external and virtual ones are an
// error that says so.
[[nodiscard]] Result<void> check_layout_stored(hid_t dataset);

// One of the chunks that hold part of the box from `first` of `extent` values was never written. All three have one
// number a dimension; `first` lies where a chunk begins. Microseconds a chunk.
[[nodiscard]] bool lacks_chunk(Hdf5Input& input, hid_t dataset, std::span<const hsize_t> first,
                               std::span<const hsize_t> extent, std::span<const hsize_t> chunk);

// The whole dataset, of at most 3 dimensions, chunked or not: what is missing of it is an error.
[[nodiscard]] Result<void> check_stored(Hdf5Input& input, hid_t dataset);

// The failure of a frame that is not there.
[[nodiscard]] tl::unexpected<Error> never_written();

}  // namespace tarsier
