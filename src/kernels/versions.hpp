// One loop, compiled for each instruction set. TARSIER_VERSIONS(result, name, (parameters), (arguments)) defines the
// function `name`, which calls the always_inline function `name_loop` of the same parameters in the version that
// instruction_set() tells.
#pragma once

#include "kernels/instruction_set.hpp"

#define TARSIER_LOOP [[gnu::always_inline]] inline

#if defined(__x86_64__)
#define TARSIER_TARGET_AVX2 gnu::target("arch=x86-64-v3")
#define TARSIER_TARGET_AVX512 gnu::target("arch=x86-64-v4,avx512vbmi,avx512vnni")
#define TARSIER_VERSIONS(result, name, parameters, arguments)                                 \
  [[TARSIER_TARGET_AVX2]] result name##_avx2 parameters { return name##_loop arguments; }     \
  [[TARSIER_TARGET_AVX512]] result name##_avx512 parameters { return name##_loop arguments; } \
  result name parameters {                                                                    \
    switch (::tarsier::instruction_set()) {                                                   \
      case ::tarsier::InstructionSet::avx512: return name##_avx512 arguments;                 \
      case ::tarsier::InstructionSet::avx2: return name##_avx2 arguments;                     \
      case ::tarsier::InstructionSet::baseline: break;                                        \
    }                                                                                         \
    return name##_loop arguments;                                                             \
  }
#else
#define TARSIER_VERSIONS(result, name, parameters, arguments) \
  result name parameters { return name##_loop arguments; }
#endif
