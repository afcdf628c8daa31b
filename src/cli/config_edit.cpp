// `tarsier config edit`: edit_rig with a person's editor and terminal.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include "base/file_operations.hpp"
#include "cli/change_text.hpp"
#include "cli/config_jobs.hpp"
#include "cli/editor.hpp"
#include "cli/json_values.hpp"
#include "cli/rig_edit.hpp"
#include "cli/with_device.hpp"

namespace tarsier {
namespace {

// A folder that nobody else may enter. It stays where something is left in it.
class PrivateFolder {
 public:
  static Result<PrivateFolder> make() {
    std::error_code error;
    const auto parent = std::filesystem::temp_directory_path(error);
    std::string name = (error ? std::filesystem::path("/tmp") : parent) / "tarsier-edit-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) return unexpected(file_error(name, "create directory", errno));
    return PrivateFolder(name);
  }
  PrivateFolder(PrivateFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  PrivateFolder& operator=(PrivateFolder&&) = delete;
  ~PrivateFolder() {
    if (!path_.empty()) ::rmdir(path_.c_str());
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit PrivateFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

bool agrees(const Json& changes, bool yes) {
  fmt::print("{}", changes_text(changes, shows_colours()));
  if (yes) return true;
  fmt::print("apply? [y/N] ");
  std::fflush(stdout);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

void show(const EditOutcome& outcome) {
  switch (outcome.end) {
    case EditEnd::unchanged: fmt::print("nothing was changed\n"); return;
    case EditEnd::declined: fmt::print("nothing was changed, as you wish\n"); return;
    case EditEnd::applied: fmt::print("generation {}\n", count_at(outcome.answer, "/generation"));
  }
}

Result<void> edit(Device& device, bool yes) {
  if (!yes && ::isatty(STDIN_FILENO) != 1)
    return misuse("nobody is there to be asked whether to apply the changes; --yes applies them without asking");
  const auto folder = PrivateFolder::make();
  if (!folder) return unexpected(folder.error());
  const EditWorld world{[&](const Ask& ask) { return device.exchange(ask); },
                        [](const std::filesystem::path& file) { return edit_file(editor_command(), file); },
                        [yes](const Json& changes) { return agrees(changes, yes); }};
  const auto outcome = edit_rig(world, folder->path() / "rig.json");
  if (!outcome) return unexpected(outcome.error());
  show(*outcome);
  return {};
}

}  // namespace

int edit_config(const ConfigArguments& arguments) {
  return with_device(arguments.device, [&](Device& device) { return edit(device, arguments.yes); });
}

}  // namespace tarsier
