// Which of the compiled versions of a loop runs. Every version gives the same answer, bit for bit. Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tarsier {

enum class InstructionSet : std::uint8_t {
  baseline,  // what the compiler may always use: SSE2 on x86-64, NEON on aarch64
  avx2,      // x86-64-v3
  avx512,    // x86-64-v4 with VBMI and VNNI: Ice Lake, Zen 4 and later
};

[[nodiscard]] std::string_view to_text(InstructionSet set);
// Those that this processor has, the best one last.
[[nodiscard]] std::span<const InstructionSet> instruction_sets();
// The one in use: the best one, unless told otherwise.
[[nodiscard]] InstructionSet instruction_set();
// For tests and benchmarks; `set` is one of instruction_sets().
void use_instruction_set(InstructionSet set);

}  // namespace tarsier
