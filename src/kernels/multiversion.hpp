// Function multiversioning: one portable loop, compiled for several instruction sets, chosen once when the program
// starts. Exact integer arithmetic, so every version gives the same answer.
#pragma once

// The levels name features (AVX2, AVX-512 BW/DQ/VL), not processor models, so they act on every maker's processors.
// Sanitizers are not ready yet when the loader chooses. On aarch64 NEON is the baseline and there is nothing to choose.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define TARSIER_MULTIVERSION __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define TARSIER_MULTIVERSION
#endif
