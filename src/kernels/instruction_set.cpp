#include "kernels/instruction_set.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>

namespace tarsier {
namespace {

constexpr std::array all{InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512};

// Asks for features, never for a processor's model: makers other than Intel have them too.
std::size_t count_of_this_processor() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("x86-64-v3")) return 1;
  const bool all_of_avx512 = __builtin_cpu_supports("x86-64-v4") && __builtin_cpu_supports("avx512vbmi") &&
                             __builtin_cpu_supports("avx512vnni");
  return all_of_avx512 ? 3 : 2;
#else
  return 1;
#endif
}

// Relaxed: all versions give the same answer.
std::atomic<InstructionSet>& in_use() {
  static std::atomic<InstructionSet> set{instruction_sets().back()};
  return set;
}

}  // namespace

std::string_view to_text(InstructionSet set) {
  switch (set) {
    case InstructionSet::avx2: return "AVX2";
    case InstructionSet::avx512: return "AVX-512";
    case InstructionSet::baseline: break;
  }
#if defined(__aarch64__)
  return "NEON";
#else
  return "baseline";
#endif
}

std::span<const InstructionSet> instruction_sets() {
  static const std::size_t count = count_of_this_processor();
  return std::span(all).first(count);
}

InstructionSet instruction_set() { return in_use().load(std::memory_order_relaxed); }

void use_instruction_set(InstructionSet set) {
  assert(std::ranges::count(instruction_sets(), set) == 1);
  in_use().store(set, std::memory_order_relaxed);
}

}  // namespace tarsier
