// Shares the connections of a server among its clients, so that none can keep the others out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace tarsier {

// Whoever holds most gives first: when all places are taken a newcomer gets that of the oldest connection of the
// address that holds most, first among those that have shown nothing yet (no token, no request from this machine),
// then among those that wait between two requests and hold at least two more than the newcomer. One thread.
class Doorkeeper {
 public:
  using Id = std::uint64_t;
  // `dismiss` closes a connection; leave() may come later.
  Doorkeeper(std::size_t places, std::size_t per_address, std::function<void(Id)> dismiss)
      : places_(places), per_address_(per_address), dismiss_(std::move(dismiss)) {}

  // 0: there is no place.
  [[nodiscard]] Id enter(const std::string& address);
  void leave(Id id);
  // It has shown who it is.
  void prove(Id id);
  // Between two requests, or not.
  void rest(Id id, bool resting);
  [[nodiscard]] std::size_t count() const { return guests_.size(); }

 private:
  struct Guest {
    std::string address;
    bool proven = false;
    bool resting = true;
  };
  [[nodiscard]] std::size_t held_by(const std::string& address) const;
  [[nodiscard]] Id weakest(std::size_t newcomer_holds) const;
  template <typename May>
  [[nodiscard]] Id oldest_of_heaviest(May may) const;

  // Constant after construction.
  const std::size_t places_;
  const std::size_t per_address_;
  const std::function<void(Id)> dismiss_;
  // One thread. Ordered by age.
  std::map<Id, Guest> guests_;
  std::map<std::string, std::size_t> held_;
  Id last_ = 0;
};

}  // namespace tarsier
