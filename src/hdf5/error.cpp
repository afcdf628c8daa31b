#include "hdf5/error.hpp"

#include <hdf5.h>

#include <string>

#include "hdf5/filters.hpp"

namespace tarsier {
namespace {

herr_t keep_deepest(unsigned depth, const H5E_error2_t* entry, void* text) {
  if (depth == 0 && entry->desc != nullptr) *static_cast<std::string*>(text) = entry->desc;
  return 0;
}

}  // namespace

void quiet_hdf5() {
  // At exit HDF5 would close whatever it failed to close before, and crash on it.
  static const bool left_alone = H5dont_atexit() >= 0;
  (void)left_alone;
  thread_local const bool done = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
  (void)done;
  static const bool registered = register_bitshuffle();
  (void)registered;
}

Error hdf5_error(std::string_view place) {
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_deepest, &text);
  H5Eclear2(H5E_DEFAULT);
  if (text.empty()) text = "HDF5 refused without a reason";
  return Error{std::move(text), false}.within(place);
}

}  // namespace tarsier
