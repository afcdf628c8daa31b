// Results of what can fail in the world: a value, or an error that names the place, the value and the remedy.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace tarsier {

// One failure in words for a person. `message` reads "place: what is wrong; what to do about it".
struct Error {
  std::string message;
  // True when the caller asked for something that can't be (exit code 2), false when the world refused (exit code 1).
  bool wrong_use = false;
  // errno of the file operation that failed; 0: none did.
  int error_number = 0;

  // The same error with the place it happened in put before it.
  Error within(std::string_view place) && {
    message.insert(0, ": ").insert(0, place);
    return std::move(*this);
  }
};

template <typename Value>
using Result = tl::expected<Value, Error>;

[[nodiscard]] inline tl::unexpected<Error> unexpected(Error error) { return tl::unexpected<Error>(std::move(error)); }

// An error that the world made: exit code 1.
[[nodiscard]] inline tl::unexpected<Error> failure(std::string message) {
  return unexpected({std::move(message), false});
}

// An error of the request itself: exit code 2.
[[nodiscard]] inline tl::unexpected<Error> misuse(std::string message) {
  return unexpected({std::move(message), true});
}

}  // namespace tarsier
