// A machine with round figures.
#pragma once

#include "cli/machine_speed.hpp"

namespace tarsier {

// Two cores that take 2 ns for a pixel before it is coded, 20 GB/s of memory, and a disk of 100 MB/s.
inline MachineSpeed made_up_machine() {
  MachineSpeed speed;
  speed.processor = "Made-up 2";
  speed.instruction_set = "avx2";
  speed.cores = 2;
  speed.ram_bytes = mebibytes(4096).count;
  speed.working_set = mebibytes(64).count;
  speed.memory_bytes_per_s = 20e9;
  speed.kernels = {0.5e-9, 0.25e-9, 0.25e-9, 1e-9};
  speed.codecs = {{Codec::none, 0, 8e9, 1}, {Codec::deflate, 1, 200e6, 0.5}, {Codec::deflate, 6, 50e6, 0.49}};
  speed.directory = "/recordings";
  speed.disk = {100e6, 0.02, 0.3, 0.4, 3, mebibytes(300).count, mebibytes(2048).count};
  return speed;
}

}  // namespace tarsier
