#include "replay/input_groups.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "replay/image_file.hpp"
#include "replay/natural_order.hpp"

namespace tarsier {
namespace {

namespace fs = std::filesystem;

bool is_pattern(const fs::path& word) {
  std::error_code ignored;
  return word.filename().string().find_first_of("*?[") != std::string::npos && !fs::exists(word, ignored);
}

bool is_hidden(const fs::path& file) { return file.filename().string().starts_with("."); }

// Files of a folder that `wanted` wants, in natural order.
template <typename Wanted>
std::vector<fs::path> files_in(const fs::path& folder, Wanted wanted) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    std::error_code ignored;
    if (!is_hidden(entry->path()) && !entry->is_directory(ignored) && wanted(entry->path())) {
      files.push_back(entry->path());
    }
  }
  std::sort(files.begin(), files.end(),
            [](const fs::path& a, const fs::path& b) { return naturally_before(a.string(), b.string()); });
  return files;
}

Result<InputGroup> folder_group(const fs::path& folder, const ReplayOptions& options) {
  const bool raw = options.raw.has_value();
  auto files = files_in(folder, [raw](const fs::path& file) { return raw || has_image_name(file); });
  if (files.empty()) {
    return misuse(fmt::format("{}: holds no {}; name files or a folder of images", folder.string(),
                              raw ? "file" : "image (.png, .tif, .tiff, .pgm)"));
  }
  const fs::path named = folder.has_filename() ? folder : folder.parent_path();
  std::string name = named.filename().string();
  if (name.empty() || name == "." || name == "..") name = fs::absolute(named).lexically_normal().filename().string();
  return InputGroup{{raw ? ReplayKind::raw : ReplayKind::images, std::move(files), options}, name, {folder}};
}

Result<std::vector<fs::path>> files_of_pattern(const fs::path& pattern) {
  const std::string wanted = pattern.filename().string();
  const fs::path folder = pattern.has_parent_path() ? pattern.parent_path() : fs::path(".");
  auto files = files_in(
      folder, [&wanted](const fs::path& file) { return fnmatch(wanted.c_str(), file.filename().c_str(), 0) == 0; });
  if (files.empty()) return misuse(pattern.string() + ": no file has such a name");
  if (!pattern.has_parent_path()) {
    for (fs::path& file : files) file = file.filename();
  }
  return files;
}

// One image, or one that can't be looked into. Opens nothing with a library: this process has all inputs to lose.
bool has_one_image(const fs::path& path, ReplayKind kind, const ReplayOptions& options) {
  if (kind == ReplayKind::raw) {
    std::error_code failed;
    const auto bytes = fs::file_size(path, failed);
    return failed || raw_images(*options.raw, bytes) <= 1;
  }
  return !has_stack_name(path) || !has_several_images(path);
}

class Grouping {
 public:
  explicit Grouping(const ReplayOptions& options) : options_(options) {}

  Result<void> add(const fs::path& word) {
    std::error_code ignored;
    if (fs::is_directory(word, ignored)) {
      auto group = folder_group(word, options_);
      if (!group) return unexpected(std::move(group.error()));
      groups.push_back(std::move(*group));
      loose_ = false;
      return {};
    }
    if (!is_pattern(word)) return add_file(word);
    const auto files = files_of_pattern(word);
    if (!files) return unexpected(files.error());
    for (const fs::path& file : *files) {
      if (auto added = add_file(file); !added) return added;
    }
    return {};
  }

  std::vector<InputGroup> groups;

 private:
  Result<void> add_file(const fs::path& file) {
    const ReplayKind kind = kind_of(file, options_);
    std::error_code ignored;
    const bool images = kind == ReplayKind::images || kind == ReplayKind::raw;
    if (images && !fs::exists(file, ignored)) return misuse(file.string() + ": there is no such file");
    const bool loose = images && has_one_image(file, kind, options_);
    if (loose && loose_ && groups.back().input.files.front().parent_path() == file.parent_path()) {
      groups.back().input.files.push_back(file);
      groups.back().words.push_back(file);
      return {};
    }
    groups.push_back({{kind, {file}, options_}, file.stem().string(), {file}});
    loose_ = loose;
    return {};
  }

  const ReplayOptions& options_;
  bool loose_ = false;  // the last group takes more files
};

}  // namespace

Result<std::vector<InputGroup>> group_inputs(const std::vector<fs::path>& words, const ReplayOptions& options) {
  Grouping grouping(options);
  for (const fs::path& word : words) {
    if (auto added = grouping.add(word); !added) return unexpected(std::move(added.error()));
  }
  for (InputGroup& group : grouping.groups) {
    auto& files = group.input.files;
    std::sort(files.begin(), files.end(),
              [](const fs::path& a, const fs::path& b) { return naturally_before(a.string(), b.string()); });
  }
  return std::move(grouping.groups);
}

}  // namespace tarsier
