#include "control/doorkeeper.hpp"

namespace tarsier {

Doorkeeper::Id Doorkeeper::enter(const std::string& address) {
  const std::size_t held = held_by(address);
  if (held >= per_address_) return 0;
  if (guests_.size() >= places_) {
    const Id weakest = this->weakest(held);
    if (weakest == 0) return 0;
    leave(weakest);
    dismiss_(weakest);
  }
  guests_[++last_] = {address};
  ++held_[address];
  return last_;
}

void Doorkeeper::leave(Id id) {
  const auto guest = guests_.find(id);
  if (guest == guests_.end()) return;
  const auto held = held_.find(guest->second.address);
  if (--held->second == 0) held_.erase(held);
  guests_.erase(guest);
}

void Doorkeeper::prove(Id id) {
  if (const auto guest = guests_.find(id); guest != guests_.end()) guest->second.proven = true;
}

void Doorkeeper::rest(Id id, bool resting) {
  if (const auto guest = guests_.find(id); guest != guests_.end()) guest->second.resting = resting;
}

std::size_t Doorkeeper::held_by(const std::string& address) const {
  const auto held = held_.find(address);
  return held == held_.end() ? 0 : held->second;
}

Doorkeeper::Id Doorkeeper::weakest(std::size_t newcomer_holds) const {
  const Id stranger = oldest_of_heaviest([](const Guest& guest, std::size_t) { return !guest.proven; });
  if (stranger != 0) return stranger;
  return oldest_of_heaviest(
      [&](const Guest& guest, std::size_t held) { return guest.resting && held >= newcomer_holds + 2; });
}

template <typename May>
Doorkeeper::Id Doorkeeper::oldest_of_heaviest(May may) const {
  Id found = 0;
  std::size_t most = 0;
  for (const auto& [id, guest] : guests_) {
    const std::size_t held = held_by(guest.address);
    if (held <= most || !may(guest, held)) continue;
    found = id;
    most = held;
  }
  return found;
}

}  // namespace tarsier
