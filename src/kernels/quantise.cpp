#include <cassert>
#include <cmath>

#include "kernels/correct.hpp"

namespace tarsier {
namespace {

// Largest subtrahend: 256 K.
template <typename Map>
constexpr double largest_subtrahend = sizeof(Map) == 2 ? 256.0 * 255 : 256.0 * 65535;
template <typename Map>
constexpr double one = sizeof(Map) == 2 ? 8192.0 : 65536.0;

double rounded(double value) { return std::floor(value + 0.5); }

template <typename Map>
void subtrahends(std::span<const double> values, double amount, std::span<Map> out) {
  assert(values.size() == out.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = rounded(256 * amount * values[i]);
    // Written so that what is not a number takes the second branch.
    if (value <= largest_subtrahend<Map>) {
      out[i] = static_cast<Map>(value > 0 ? value : 0);
    } else {
      out[i] = static_cast<Map>(largest_subtrahend<Map>);
    }
  }
}

template <typename Map>
std::uint64_t factors(std::span<const double> divisors, double amount, std::span<Map> out) {
  assert(divisors.size() == out.size());
  std::uint64_t too_large = 0;
  for (std::size_t i = 0; i < divisors.size(); ++i) {
    const double divisor = amount * divisors[i] + (1 - amount);
    const bool usable = std::isfinite(divisor) && divisor > 0;
    const double factor = usable ? rounded(one<Map> / divisor) : 0;
    const bool fits = factor < 8 * one<Map>;
    too_large += fits ? 0U : 1U;
    out[i] = static_cast<Map>(fits ? factor : 8 * one<Map> - 1);
  }
  return too_large;
}

}  // namespace

void quantise_subtrahend(std::span<const double> values, double amount, std::span<std::uint16_t> out) {
  subtrahends(values, amount, out);
}
void quantise_subtrahend(std::span<const double> values, double amount, std::span<std::uint32_t> out) {
  subtrahends(values, amount, out);
}
std::uint64_t quantise_factor(std::span<const double> divisors, double amount, std::span<std::uint16_t> out) {
  return factors(divisors, amount, out);
}
std::uint64_t quantise_factor(std::span<const double> divisors, double amount, std::span<std::uint32_t> out) {
  return factors(divisors, amount, out);
}

}  // namespace tarsier
