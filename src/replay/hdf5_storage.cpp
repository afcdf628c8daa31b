#include "replay/hdf5_storage.hpp"

#include <algorithm>
#include <array>

#include "hdf5/error.hpp"

namespace tarsier {
namespace {

constexpr std::size_t most_dimensions = 3;

}  // namespace

tl::unexpected<Error> never_written() { return failure("was never written: the file has no place for it"); }

Result<void> check_layout_stored(hid_t dataset) {
  const PropertiesHandle properties(H5Dget_create_plist(dataset));
  switch (H5Pget_layout(properties.get())) {
    case H5D_COMPACT: return {};
    case H5D_CONTIGUOUS: break;
    case H5D_VIRTUAL:
      return failure(
          "its frames are a virtual dataset, whose missing parts read as zeros; replay the files it is made of");
    default: return hdf5_failure("the layout of its frames");
  }
  if (H5Pget_external_count(properties.get()) != 0) {
    return failure("its frames lie in other files; copy them into this one (h5repack)");
  }
  if (H5Dget_offset(dataset) == HADDR_UNDEF) return never_written();
  return {};
}

bool lacks_chunk(Hdf5Input& input, hid_t dataset, std::span<const hsize_t> first, std::span<const hsize_t> extent,
                 std::span<const hsize_t> chunk) {
  std::array<hsize_t, most_dimensions> at{};
  const std::size_t rank = std::min({first.size(), extent.size(), chunk.size(), most_dimensions});
  std::copy_n(first.begin(), rank, at.begin());
  for (;;) {
    if (input.find_chunk(dataset, std::span(at).first(rank), 0).kind == ChunkKind::absent) return true;
    std::size_t d = rank;
    while (d > 0 && (at[d - 1] += chunk[d - 1]) >= first[d - 1] + extent[d - 1]) {
      at[d - 1] = first[d - 1];
      --d;
    }
    if (d == 0) return false;
  }
}

Result<void> check_stored(Hdf5Input& input, hid_t dataset) {
  const PropertiesHandle properties(H5Dget_create_plist(dataset));
  if (H5Pget_layout(properties.get()) != H5D_CHUNKED) return check_layout_stored(dataset);
  const DataspaceHandle space(H5Dget_space(dataset));
  std::array<hsize_t, most_dimensions> extent{};
  std::array<hsize_t, most_dimensions> chunk{};
  constexpr std::array<hsize_t, most_dimensions> first{};
  const int rank = H5Pget_chunk(properties.get(), most_dimensions, chunk.data());
  const bool known = rank > 0 && rank <= static_cast<int>(most_dimensions) &&
                     H5Sget_simple_extent_ndims(space.get()) == rank &&
                     H5Sget_simple_extent_dims(space.get(), extent.data(), nullptr) >= 0;
  if (!known) return hdf5_failure("its chunks");
  const auto used = static_cast<std::size_t>(rank);
  if (lacks_chunk(input, dataset, std::span(first).first(used), std::span(extent).first(used),
                  std::span(chunk).first(used))) {
    return never_written();
  }
  return {};
}

}  // namespace tarsier
