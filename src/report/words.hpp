// What happened to the frames, in words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace tarsier {

// A camera's ledger, as in the attribute `ledger` of a segment.
struct LedgerWords {
  std::uint64_t delivered = 0;
  std::uint64_t missing = 0;                // dropped and missed
  bool estimated = false;                   // part of `missing` is worked out from the time
  std::vector<std::string> missing_causes;  // "30 were lost on the way ..."
  std::vector<std::string> outcomes;        // what became of those that came: "1,200 are stored"
  std::uint64_t samples = 0;
  std::uint64_t samples_missed = 0;
  std::uint64_t repeated = 0;  // placeholders
};

// What is missing from `ledger`, or of another type, counts as 0.
[[nodiscard]] LedgerWords read_ledger(const Json& ledger);

// "Nothing is missing: ..." or "37 frames are missing: ...", of all cameras together, and how many segments are left
// out. `ended`: the run ended; otherwise nothing is more than so far.
[[nodiscard]] std::string verdict(const std::vector<LedgerWords>& ledgers, std::uint64_t left_out, bool ended = true);

// In the order of /tarsier/gaps and /tarsier/events; a value beyond them is "unknown".
[[nodiscard]] std::string_view cause_words(std::uint8_t cause);
[[nodiscard]] std::string_view event_words(std::uint8_t kind);

// "1,234,567", "1 frame", "1,200 frames".
[[nodiscard]] std::string grouped_digits(std::uint64_t count);
[[nodiscard]] std::string count_of(std::uint64_t count, std::string_view one);
// "40 ms", "12.5 s", "3 min 20 s", "5 h 2 min", "13 d 4 h".
[[nodiscard]] std::string duration_words(double seconds);
// "2026-01-31 12:00:00 UTC".
[[nodiscard]] std::string utc_words(std::int64_t utc_ns);

}  // namespace tarsier
