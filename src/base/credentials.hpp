// Keeps passwords in addresses out of messages, logs and files.
#pragma once

#include <string>

namespace tarsier {

// `text` with "***" instead of the "user:password@" of the addresses in it.
[[nodiscard]] std::string without_credentials(std::string text);

}  // namespace tarsier
