#include "client/file_pull.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "client/partial_file.hpp"
#include "client/patience.hpp"

namespace tarsier {

FilePull::FilePull(FileOperations& files, const PullRequest& request, const PullFolder& folder, const std::string& run,
                   SharedPull& shared, PullMeter& meter)
    : files_(files),
      request_(request),
      folder_(folder),
      run_(run),
      shared_(shared),
      meter_(meter),
      device_(request.access) {
  device_.while_wanted(request.wanted);
}

bool FilePull::pull(const RemoteFile& file) {
  Result<void> done;
  try {
    done = get_here(file);
    if (done) done = note(file);
  } catch (const std::exception& error) {
    done = failure(fmt::format("{}: {}", file.path, error.what()));
  }
  const std::lock_guard lock(shared_.mutex);
  if (done) {
    shared_.done.insert(file.path);
  } else if (!shared_.error) {
    shared_.error = std::move(done.error());
  }
  return !shared_.error;
}

Result<void> FilePull::get_here(const RemoteFile& file) {
  auto place = folder_.place_of(files_, file.path);
  if (!place) return unexpected(std::move(place.error()));
  const auto here = is_here(file, *place);
  if (!here) return unexpected(here.error());
  if (!*here) return fetch(file, *place);
  meter_.done += static_cast<std::int64_t>(file.bytes);
  const std::lock_guard lock(shared_.mutex);
  ++shared_.there;
  return {};
}

Result<bool> FilePull::is_here(const RemoteFile& file, const std::filesystem::path& place) {
  if (folder_.covers(file)) return true;
  std::error_code unreadable;
  const auto kind = std::filesystem::symlink_status(place, unreadable);
  if (!std::filesystem::exists(kind)) return false;
  const auto size = std::filesystem::file_size(place, unreadable);
  if (std::filesystem::is_regular_file(kind) && !unreadable && size == file.bytes) {
    if (file.pulled && !request_.look_again) return true;
    const auto sha256 = sha256_of(files_, place, request_.wanted);
    if (!sha256) return unexpected(sha256.error());
    if (*sha256 == file.sha256) return true;
  }
  return failure(place.string() + ": is there and is not what the device has; move it away and pull again");
}

Result<void> FilePull::fetch(const RemoteFile& file, const std::filesystem::path& place) {
  auto partial = PartialFile::open(files_, place, file.bytes, [this](std::int64_t more) { meter_.done += more; });
  if (!partial) return unexpected(std::move(partial.error()));
  const std::uint64_t before = (*partial)->size();
  auto fetched = fetch_bytes(file, **partial);
  if (fetched && (*partial)->sha256() != file.sha256) {
    // What was there before may have been damaged; what was sent may have been. Once more from the beginning.
    fetched = (*partial)->restart();
    if (fetched) fetched = fetch_bytes(file, **partial);
    if (fetched && (*partial)->sha256() != file.sha256) {
      if (auto emptied = (*partial)->restart(); !emptied) return emptied;
      return failure(fmt::format("{}: has another SHA-256 than the device's run.json, twice; `tarsier verify` it there",
                                 file.path));
    }
  }
  if (!fetched) return fetched;
  if (auto finished = (*partial)->finish(); !finished) return finished;
  const std::lock_guard lock(shared_.mutex);
  ++shared_.files;
  shared_.bytes += file.bytes - std::min(before, file.bytes);
  return {};
}

Result<void> FilePull::fetch_bytes(const RemoteFile& file, PartialFile& partial) {
  Patience patience(request_.patience, request_.wanted);
  while (partial.size() < file.bytes) {
    const std::uint64_t before = partial.size();
    const auto head =
        device_.download(file_target(run_, file.path), before, fmt::format("\"{}\"", file.sha256), partial);
    if (partial.size() > before) patience.progressed();
    if (head && head->sha256 && *head->sha256 != file.sha256)
      return failure(file.path + ": the device gives it another SHA-256 than its run.json; pull again");
    if (head) continue;
    if (is_cut(head.error())) ++meter_.cuts;
    if (!patience.again(head.error())) return unexpected(head.error());
  }
  return {};
}

Result<void> FilePull::note(const RemoteFile& file) {
  if (file.pulled) return {};
  {
    const std::lock_guard lock(shared_.mutex);
    if (shared_.may_only_read) return {};
  }
  Ask ask{.method = "POST",
          .target = file_target(run_, file.path) + "/pulled",
          .body = Json{{"sha256", file.sha256}}.dump()};
  Patience patience(request_.patience, request_.wanted);
  for (;;) {
    const auto answer = device_.exchange(ask);
    if (answer && answer->status / 100 == 2) return {};
    const Error error = answer ? refusal_of(*answer, to_text(request_.access.address) + ask.target) : answer.error();
    if (answer && !is_cut(error)) {
      refuse_to_note(answer->status, error);
      return {};
    }
    if (!patience.again(error)) return unexpected(error);
  }
}

// Whoever may only read can pull all the same, and so can everybody from a device that cannot write any more.
void FilePull::refuse_to_note(unsigned status, const Error& error) {
  const std::lock_guard lock(shared_.mutex);
  shared_.may_only_read = shared_.may_only_read || status == 403;
  if (!shared_.refusal_to_note.empty()) return;
  shared_.refusal_to_note = "the device was not told of all that was pulled: " +
                            (status == 403 ? std::string("that needs a token of the role control") : error.message);
}

}  // namespace tarsier
