// The person's own editor.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace tarsier {

// The command of $VISUAL, else of $EDITOR, else vi.
[[nodiscard]] std::string editor_command();

// Opens `file` in the editor and waits until it is closed. An error where it can't be started or ends with another exit
// code than 0. Signals from the keyboard are the editor's meanwhile.
[[nodiscard]] Result<void> edit_file(const std::string& command, const std::filesystem::path& file);

}  // namespace tarsier
