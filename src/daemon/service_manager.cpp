#include "daemon/service_manager.hpp"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace tarsier {

void ServiceManager::ready() const { sd_notify(0, "READY=1"); }
void ServiceManager::stopping() const { sd_notify(0, "STOPPING=1"); }
void ServiceManager::status(const std::string& line) const { sd_notifyf(0, "STATUS=%s", line.c_str()); }

void ServiceManager::alive(Nanoseconds monotonic_now) {
  std::uint64_t interval_us = 0;
  if (sd_watchdog_enabled(0, &interval_us) <= 0) return;
  if (monotonic_now - last_ping_ < std::chrono::microseconds(interval_us / 2)) return;
  last_ping_ = monotonic_now;
  sd_notify(0, "WATCHDOG=1");
}

}  // namespace tarsier
