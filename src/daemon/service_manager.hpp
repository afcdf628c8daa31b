// Tells systemd how we are: ready, a line of status, alive. Without systemd every call does nothing.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace tarsier {

class ServiceManager {
 public:
  void ready() const;
  void stopping() const;
  void status(const std::string& line) const;
  // Pings the watchdog when half its time has passed since the last ping. Supervisor thread.
  void alive(Nanoseconds monotonic_now);

 private:
  Nanoseconds last_ping_{0};
};

}  // namespace tarsier
