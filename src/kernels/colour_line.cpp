#include "kernels/colour_line.hpp"

#include "kernels/colour_neon.hpp"
#include "kernels/colour_scalar.hpp"
#include "kernels/colour_x86.hpp"
#include "kernels/instruction_set.hpp"

namespace tarsier {

template <PackedColour layout>
void colour_line(const std::uint8_t* source, std::uint8_t* gray, std::size_t pixels) {
#if defined(__x86_64__)
  switch (instruction_set()) {
    case InstructionSet::avx512: return colour_avx512<layout>(source, gray, pixels);
    case InstructionSet::avx2: return colour_avx2<layout>(source, gray, pixels);
    case InstructionSet::baseline: return colour_scalar<layout>(source, gray, pixels);
  }
#elif defined(__aarch64__)
  return colour_neon<layout>(source, gray, pixels);
#else
  return colour_scalar<layout>(source, gray, pixels);
#endif
}

template void colour_line<rgb24_colour>(const std::uint8_t*, std::uint8_t*, std::size_t);
template void colour_line<bgr24_colour>(const std::uint8_t*, std::uint8_t*, std::size_t);
template void colour_line<rgbx32_colour>(const std::uint8_t*, std::uint8_t*, std::size_t);
template void colour_line<bgrx32_colour>(const std::uint8_t*, std::uint8_t*, std::size_t);
template void colour_line<xrgb32_colour>(const std::uint8_t*, std::uint8_t*, std::size_t);
template void colour_line<xbgr32_colour>(const std::uint8_t*, std::uint8_t*, std::size_t);

}  // namespace tarsier
