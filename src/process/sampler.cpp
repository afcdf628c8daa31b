#include "process/sampler.hpp"

#include <algorithm>
#include <cmath>

namespace tarsier {

Sampler::Sampler(std::optional<double> interval_s)
    : interval_ns_(interval_s ? std::max<std::int64_t>(std::llround(*interval_s * 1e9), 1) : 0) {}

std::optional<DueSample> Sampler::due(Nanoseconds sensor) {
  const std::int64_t now = sensor.count();
  if (interval_ns_ == 0) return DueSample{next_, now, 0};
  if (!start_ns_) start_ns_ = now;
  if (now < *start_ns_) return std::nullopt;
  const auto current = static_cast<std::uint64_t>((now - *start_ns_) / interval_ns_);
  if (current < next_) return std::nullopt;
  return DueSample{current, deadline_ns(current), current - next_};
}

std::uint64_t Sampler::over_by(Nanoseconds sensor) const {
  if (interval_ns_ == 0 || !start_ns_ || sensor.count() < *start_ns_) return next_;
  return std::max(next_, static_cast<std::uint64_t>((sensor.count() - *start_ns_) / interval_ns_));
}

}  // namespace tarsier
