// The memory that HDF5 keeps for itself after a file is closed.
#pragma once

namespace tarsier {

// Gives it back to the heap. Not on the way of a frame: after a seal. Only while no other thread is inside HDF5.
void empty_free_lists();

}  // namespace tarsier
