// "did you mean": the known word nearest to a mistyped one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tarsier {

// Least number of insertions, deletions, replacements and swaps of neighbours that turn one word into the other, no
// part being changed twice (optimal string alignment).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The word of `known` nearest to `word`, when at most a third of its letters (at least one) are wrong.
[[nodiscard]] std::optional<std::string> suggestion(std::string_view word, const std::vector<std::string>& known);

// "a, b, c".
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

}  // namespace tarsier
