#include "client/pull_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <span>

#include "client/answer_json.hpp"

namespace tarsier {
namespace {

namespace fs = std::filesystem;

constexpr const char* note_name = "pulled.json";
constexpr const char* manifest_file = "run.json";

// Makes a folder that may be there already, but as nothing else.
Result<void> make_real_folder(FileOperations& files, const fs::path& folder) {
  if (files.mkdir(folder.c_str(), 0755) == 0) return sync_directory(files, folder.parent_path());
  if (errno != EEXIST) return unexpected(file_error(folder, "create directory", errno));
  std::error_code unreadable;
  if (fs::is_directory(fs::symlink_status(folder, unreadable))) return {};
  return failure(folder.string() + ": is a symbolic link or a file, where a folder belongs; move it away");
}

// What replace_text writes to first; a link there would be followed.
void clear_the_way(FileOperations& files, const fs::path& path) {
  (void)files.unlink((path.string() + ".new").c_str());
}

bool has_size(const fs::path& path, std::uint64_t bytes) {
  std::error_code unreadable;
  const auto size = fs::file_size(path, unreadable);
  return !unreadable && size == bytes;
}

// What pulled.json says.
struct Note {
  std::map<std::string, std::uint64_t> files;  // bytes by name
  std::map<std::string, std::string, std::less<>> segments;
};

// None: there is none, or another program wrote it.
std::optional<Note> read_note(FileOperations& files, const fs::path& path) {
  const auto text = read_text(files, path, mebibytes(128));
  if (!text) return std::nullopt;
  try {
    const Json document = Json::parse(*text);
    Note note;
    for (const Json& file : document.at("files"))
      note.files[file.at("file").get<std::string>()] = file.at("bytes").get<std::uint64_t>();
    for (const Json& segment : document.at("segments"))
      note.segments[segment.at("file").get<std::string>()] = segment.at("sha256").get<std::string>();
    return note;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

Json note_of(const Json& merged, const std::vector<RemoteFile>& segments, const std::string& manifest) {
  Json listed = Json::array();
  for (const RemoteFile& segment : segments) {
    listed.push_back({{"file", segment.path}, {"bytes", segment.bytes}, {"sha256", segment.sha256}});
  }
  return {{"files", merged}, {"segments", std::move(listed)}, {"manifest", parse_answer(manifest)}};
}

}  // namespace

Result<PullFolder> PullFolder::open(FileOperations& files, const fs::path& directory, const std::string& run) {
  if (!is_safe_name(run)) return failure("the run's name is none for a folder; nothing was written");
  const fs::path above = directory.empty() ? fs::path(".") : directory;
  if (auto made = make_directories(files, above); !made) return unexpected(std::move(made.error()));
  PullFolder folder(above / run);
  if (auto made = make_real_folder(files, folder.path_); !made) return unexpected(std::move(made.error()));
  folder.lock_.reset(files.open(folder.path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0));
  if (!folder.lock_) return unexpected(file_error(folder.path_, "open", errno));
  if (files.lock(folder.lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return unexpected(file_error(folder.path_, "lock", errno));
    return failure(folder.path_.string() +
                   ": another `tarsier pull` is at work in it; wait for it, or choose another "
                   "folder with -o");
  }
  if (auto read = folder.read_merged(files); !read) return unexpected(std::move(read.error()));
  return folder;
}

Result<void> PullFolder::read_merged(FileOperations& files) {
  auto note = read_note(files, path_ / note_name);
  if (!note) return {};
  std::vector<fs::path> merged;
  bool all = true;
  for (const auto& [name, bytes] : note->files) {
    const fs::path file = path_ / name;
    std::error_code unreadable;
    const bool there = fs::exists(fs::symlink_status(file, unreadable));
    if (there && !has_size(file, bytes))
      return failure(
          file.string() +
          ": has changed since it was pulled; move it away to pull it anew, or choose another folder with -o");
    all = all && there;
    merged.push_back(file);
  }
  if (!all) return {};
  merged_files_ = std::move(merged);
  covered_ = std::move(note->segments);
  // An earlier end may have come before they were gone; they are in the way of nothing.
  (void)remove_segments(files);
  return {};
}

Result<fs::path> PullFolder::place_of(FileOperations& files, const std::string& file) const {
  if (!is_safe_path(file)) return failure(path_.string() + ": a file's name leads out of it; nothing was written");
  fs::path folder = path_;
  for (const fs::path& step : fs::path(file).parent_path()) {
    folder /= step;
    if (auto made = make_real_folder(files, folder); !made) return unexpected(std::move(made.error()));
  }
  return path_ / file;
}

bool PullFolder::covers(const RemoteFile& file) const {
  const auto found = covered_.find(file.path);
  return found != covered_.end() && found->second == file.sha256 && !file.sha256.empty();
}

std::uint64_t PullFolder::missing_bytes(const RemoteFile& file) const {
  std::error_code not_there;
  if (covers(file) || fs::exists(path_ / file.path, not_there)) return 0;
  const auto begun = fs::file_size(path_ / (file.path + ".partial"), not_there);
  return not_there ? file.bytes : file.bytes - std::min(file.bytes, begun);
}

Result<void> PullFolder::write_manifest(FileOperations& files, const std::string& manifest) const {
  if (merged()) return {};
  clear_the_way(files, path_ / manifest_file);
  return replace_text(files, path_ / manifest_file, manifest);
}

Result<void> PullFolder::replace_by(FileOperations& files, const Json& merged, const std::vector<RemoteFile>& segments,
                                    const std::string& manifest) {
  const auto text = note_of(merged, segments, manifest).dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
  clear_the_way(files, path_ / note_name);
  if (auto written = replace_text(files, path_ / note_name, text); !written) return written;
  for (const RemoteFile& segment : segments) covered_[segment.path] = segment.sha256;
  for (const Json& file : merged) merged_files_.push_back(path_ / file.at("file").get<std::string>());
  return remove_segments(files);
}

// Their folders too, where nothing else is in them.
Result<void> PullFolder::remove_segments(FileOperations& files) const {
  if (files.unlink((path_ / manifest_file).c_str()) != 0 && errno != ENOENT)
    return unexpected(file_error(path_ / manifest_file, "delete", errno));
  std::set<fs::path> folders;
  for (const auto& [path, sha256] : covered_) {
    if (!is_safe_path(path)) continue;
    if (files.unlink((path_ / path).c_str()) != 0 && errno != ENOENT && errno != ENOTDIR)
      return unexpected(file_error(path_ / path, "delete", errno));
    if (fs::path(path).has_parent_path()) folders.insert(path_ / fs::path(path).parent_path());
  }
  std::error_code not_empty;
  for (const fs::path& folder : folders) fs::remove(folder, not_empty);
  return sync_directory(files, path_);
}

}  // namespace tarsier
