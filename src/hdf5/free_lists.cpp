#include "hdf5/free_lists.hpp"

#include <hdf5.h>

#include "hdf5/error.hpp"

namespace tarsier {

void empty_free_lists() {
  quiet_hdf5();
  H5garbage_collect();
}

}  // namespace tarsier
