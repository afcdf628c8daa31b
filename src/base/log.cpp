#include "base/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iterator>

namespace tarsier {
namespace {

std::atomic<Severity> least_important{Severity::info};

std::string_view prefix(Severity severity) {
  static const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
  switch (severity) {
    case Severity::error: return journal ? "<3>" : "tarsier: error: ";
    case Severity::warning: return journal ? "<4>" : "tarsier: warning: ";
    case Severity::notice: return journal ? "<5>" : "tarsier: ";
    case Severity::info: return journal ? "<6>" : "tarsier: ";
    case Severity::debug: break;
  }
  return journal ? "<7>" : "tarsier: debug: ";
}

}  // namespace

void set_log_level(Severity least) { least_important = least; }

void log(Severity severity, std::string_view message) {
  if (severity > least_important.load()) return;
  fmt::memory_buffer line;
  fmt::format_to(std::back_inserter(line), "{}{}", prefix(severity), message);
  std::replace(line.begin(), line.end(), '\n', ' ');
  line.push_back('\n');
  // One write keeps lines of several threads apart. A log that can't be written has nobody left to tell.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace tarsier
