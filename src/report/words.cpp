#include "report/words.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/clock.hpp"

namespace tarsier {
namespace {

struct Entry {
  const char* group;  // null: at the top
  const char* key;
  std::string_view words;
};

constexpr std::array<Entry, 7> losses = {{
    {"missed", "driver", "lost before they reached Tarsier, as the camera's own numbering proves"},
    {"missed", "restart", "missed while the camera or Tarsier was starting anew (an estimate from the time)"},
    {"dropped", "ring_full", "dropped because every slot was full: processing or disk was slower than the camera"},
    {"dropped", "disk_full", "dropped because the disk was full"},
    {"dropped", "corrupted", "damaged in the camera's stream or in the recording"},
    {"dropped", "failed", "lost because they could not be converted or written"},
    {"dropped", "shutdown", "still under way when the run was stopped"},
}};

constexpr std::array<Entry, 4> outcomes = {{
    {nullptr, "stored", "stored as images"},
    {nullptr, "reduced_only", "measured, their images not kept"},
    {"skipped", "sampled_out", "between two samples and passed over as planned"},
    {"skipped", "averaged", "averaged into others"},
}};

std::uint64_t count_at(const Json& ledger, const char* group, const char* key) {
  const Json* place = &ledger;
  if (group != nullptr) {
    const auto found = ledger.is_object() ? ledger.find(group) : ledger.end();
    if (!ledger.is_object() || found == ledger.end()) return 0;
    place = &*found;
  }
  if (!place->is_object()) return 0;
  const auto found = place->find(key);
  return found != place->end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::string was(std::uint64_t count, std::string_view words) {
  return fmt::format("{} {} {}", grouped_digits(count), count == 1 ? "was" : "were", words);
}

std::string joined(const std::vector<std::string>& parts) { return fmt::format("{}", fmt::join(parts, "; ")); }

// Of all cameras together: cause by cause.
std::vector<std::string> causes_of(const std::vector<LedgerWords>& ledgers) {
  if (ledgers.size() == 1) return ledgers.front().missing_causes;
  return {};
}

}  // namespace

LedgerWords read_ledger(const Json& ledger) {
  LedgerWords words;
  words.delivered = count_at(ledger, nullptr, "delivered");
  words.repeated = count_at(ledger, nullptr, "repeated");
  words.samples = count_at(ledger, "samples", "expected");
  words.samples_missed = count_at(ledger, "samples", "missed");
  words.estimated = count_at(ledger, "missed", "restart") > 0;
  for (const auto& loss : losses) {
    const auto count = count_at(ledger, loss.group, loss.key);
    words.missing += count;
    if (count > 0) words.missing_causes.push_back(was(count, loss.words));
  }
  for (const auto& outcome : outcomes) {
    const auto count = count_at(ledger, outcome.group, outcome.key);
    if (count > 0) words.outcomes.push_back(was(count, outcome.words));
  }
  return words;
}

std::string verdict(const std::vector<LedgerWords>& ledgers, std::uint64_t left_out, bool ended) {
  LedgerWords all;
  for (const auto& ledger : ledgers) {
    all.delivered += ledger.delivered;
    all.missing += ledger.missing;
    all.samples += ledger.samples;
    all.samples_missed += ledger.samples_missed;
    all.estimated = all.estimated || ledger.estimated;
  }
  std::string text;
  if (all.missing > 0) {
    text = fmt::format("{}{} {} missing", all.estimated ? "About " : "", count_of(all.missing, "frame"),
                       all.missing == 1 ? "is" : "are");
    const auto causes = causes_of(ledgers);
    text += causes.empty() ? "." : fmt::format(": {}.", joined(causes));
  } else if (all.samples_missed == 0 && left_out == 0) {
    return fmt::format("Nothing is missing{}: {} came, and {} is accounted for.", ended ? "" : " so far",
                       count_of(all.delivered, "frame"), all.delivered == 1 ? "it" : "each");
  } else {
    text = "No frame was lost.";
  }
  if (all.samples_missed > 0)
    text += fmt::format(" {} of {} had no frame.", grouped_digits(all.samples_missed), count_of(all.samples, "sample"));
  if (left_out > 0)
    text += fmt::format(" {} {} not on this page.", count_of(left_out, "segment"), left_out == 1 ? "is" : "are");
  return text;
}

std::string_view cause_words(std::uint8_t cause) {
  constexpr std::array<std::string_view, 9> words = {
      "lost before they reached Tarsier",
      "camera or Tarsier was starting anew",
      "Tarsier or the machine was down",
      "every slot was full",
      "the disk was full",
      "damaged in the camera's stream or in the recording",
      "could not be converted or written",
      "the run was stopped",
      "times of samples passed without a frame",
  };
  return cause < words.size() ? words[cause] : "unknown";
}

std::string_view event_words(std::uint8_t kind) {
  constexpr std::array<std::string_view, 8> words = {"remark",  "the clock was set", "camera restarted", "rig changed",
                                                     "storage", "trigger",           "temperature",      "run"};
  return kind < words.size() ? words[kind] : "unknown";
}

std::string grouped_digits(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::string count_of(std::uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", grouped_digits(count), one, count == 1 ? "" : "s");
}

std::string duration_words(double seconds) {
  if (seconds < 1) return fmt::format("{:.0f} ms", 1000 * seconds);
  if (seconds < 60) return fmt::format("{:.3g} s", seconds);
  const auto total = static_cast<std::uint64_t>(std::llround(seconds));
  const auto pair = [](std::uint64_t large, const char* unit, std::uint64_t small, const char* smaller) {
    return small == 0 ? fmt::format("{} {}", large, unit) : fmt::format("{} {} {} {}", large, unit, small, smaller);
  };
  if (total < 3600) return pair(total / 60, "min", total % 60, "s");
  if (total < 86400) return pair(total / 3600, "h", total / 60 % 60, "min");
  return pair(total / 86400, "d", total / 3600 % 24, "h");
}

std::string utc_words(std::int64_t utc_ns) {
  auto text = iso_utc(Nanoseconds(utc_ns));  // 2026-11-21T04:33:20.123Z
  if (text.size() < 19) return text;
  text[10] = ' ';
  return text.substr(0, 19) + " UTC";
}

}  // namespace tarsier
