// Changes a device's rig in a person's editor. Whatever goes wrong, the text that the person wrote is kept.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "client/device.hpp"

namespace tarsier {

// What an edit needs of the world.
struct EditWorld {
  std::function<Result<DeviceAnswer>(const Ask&)> ask;
  std::function<Result<void>(const std::filesystem::path&)> edit;  // returns when the editor is closed
  std::function<bool(const Json& changes)> agreed;                 // whether they shall be applied
};

enum class EditEnd : std::uint8_t { unchanged, declined, applied };

struct EditOutcome {
  EditEnd end = EditEnd::unchanged;
  Json answer{};  // of the change, when it was applied
};

// Writes the present rig to `file`, whose folder should be private, and opens it. What is no JSON or no rig is opened
// again with its problems above it, in lines that begin with // and are taken away again; it gives up when the text
// comes back as it was. An empty text means no. The device checks it, says what would change, and takes it if its rig
// is still the one that was edited. Removes the file, or else, where something in it would be lost by that, the error
// names it.
[[nodiscard]] Result<EditOutcome> edit_rig(const EditWorld& world, const std::filesystem::path& file);

// `text` without its first lines that begin with //.
[[nodiscard]] std::string without_notes(const std::string& text);

}  // namespace tarsier
