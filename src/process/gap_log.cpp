#include "process/gap_log.hpp"

namespace tarsier {

void GapLog::add(const Gap& gap) {
  // An episode of days is told in pieces, so that a crash takes only the last one along.
  constexpr std::int64_t longest_ns = 60'000'000'000;
  const bool continues = open_ && open_->cause == gap.cause && open_->estimated == gap.estimated &&
                         open_->last_id + 1 == gap.first_id && gap.end_utc_ns - open_->start_utc_ns < longest_ns;
  if (!continues) close();
  began_ = !open_;
  if (!open_) {
    open_ = gap;
    return;
  }
  open_->estimated = open_->estimated || !continues;
  open_->last_id = gap.last_id;
  open_->end_utc_ns = gap.end_utc_ns;
}

void GapLog::close() {
  if (open_ && queue_.push(*open_)) open_.reset();
}

}  // namespace tarsier
