#include "store/torn_segments.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>

#include "base/hash.hpp"
#include "base/log.hpp"
#include "base/unique_fd.hpp"
#include "store/journal.hpp"
#include "store/journal_reader.hpp"
#include "store/packed.hpp"

namespace tarsier {
namespace {

constexpr const char* part_extension = ".part";

SegmentFiles files_of_final(const std::filesystem::path& final_name, const std::filesystem::path& journal) {
  SegmentFiles names;
  names.final_name = final_name;
  names.listed = final_name.filename();
  names.part = final_name.string() + part_extension;
  names.journal = journal;
  return names;
}

// What a file begins with that a recorder was making: nothing yet, or the head's first sector.
bool is_ours(FileOperations& files, int fd, off_t bytes, const std::filesystem::path& journal) {
  std::array<std::byte, 8> begin{};
  const auto read = std::span(begin).first(std::min<std::size_t>(begin.size(), static_cast<std::size_t>(bytes)));
  if (!read_all(files, fd, read, 0, journal)) return false;
  const bool zeros = begin == std::array<std::byte, 8>{};
  return zeros || std::memcmp(read.data(), "TARSJRNL", read.size()) == 0;
}

// A head whose checksum is right was finished, whatever it says.
bool has_whole_head(FileOperations& files, int fd, off_t bytes, const std::filesystem::path& journal) {
  std::array<std::byte, 16> begin{};
  if (bytes < static_cast<off_t>(head_fixed_bytes) || !read_all(files, fd, begin, 0, journal)) return false;
  PackedReader in(begin);
  in.skip(12);
  const std::uint64_t head_bytes = in.get<std::uint32_t>();
  if (head_bytes < head_fixed_bytes + checksum_bytes || head_bytes > static_cast<std::uint64_t>(bytes)) return false;
  std::vector<std::byte> head(head_bytes);
  if (!read_all(files, fd, head, 0, journal)) return false;
  const auto content = std::span<const std::byte>(head).first(head_bytes - checksum_bytes);
  const auto digest = std::span<const std::byte>(head).last(checksum_bytes);
  return PackedReader(digest).get<std::uint64_t>() == xxh3_64(content);
}

// A recorder makes the `.part` only once the journal's head is safe, so a journal without either promised nothing.
bool is_unbegun(FileOperations& files, const std::filesystem::path& journal) {
  const UniqueFd fd(files.open(journal.c_str(), O_RDONLY, 0));
  struct stat info {};
  if (!fd || files.fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  if (info.st_size > static_cast<off_t>(2 * journal_step_bytes)) return false;
  if (!is_ours(files, fd.get(), info.st_size, journal)) return false;
  if (has_whole_head(files, fd.get(), info.st_size, journal)) return false;
  for (off_t offset = 0; offset + 4 <= info.st_size; offset += static_cast<off_t>(journal_block_bytes)) {
    std::array<std::byte, 4> begin{};
    if (!read_all(files, fd.get(), begin, static_cast<std::uint64_t>(offset), journal)) return false;
    if (std::memcmp(begin.data(), "TREC", begin.size()) == 0) return false;
  }
  return files.lock(fd.get(), LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

SegmentFiles torn_files(const std::filesystem::path& part) {
  const std::filesystem::path final_name = std::filesystem::path(part).replace_extension();
  return files_of_final(final_name, std::filesystem::path(final_name).replace_extension(".journal"));
}

Result<SegmentFiles> torn_files_of_journal(FileOperations& files, const std::filesystem::path& journal) {
  const auto reader = JournalReader::open(files, journal);
  if (!reader) return unexpected(reader.error());
  const std::filesystem::path name = reader->head().segment.file;
  if (name.empty() || name != name.filename() || name == "." || name == "..") {
    return failure(journal.string() + ": names a file that cannot lie beside it; another program wrote it");
  }
  return files_of_final(journal.parent_path() / name, journal);
}

TornSegments find_torn_segments(FileOperations& files, const std::filesystem::path& folder) {
  std::set<std::filesystem::path> parts;
  std::set<std::filesystem::path> journals;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(folder, unreadable)) {
    if (entry.path().extension() == part_extension) parts.insert(entry.path());
    if (entry.path().extension() == ".journal") journals.insert(entry.path());
  }
  TornSegments found;
  for (const auto& part : parts) {
    const SegmentFiles names = torn_files(part);
    if (journals.erase(names.journal) > 0) {
      found.torn.push_back(names);
    } else {
      found.orphans.push_back(part);
    }
  }
  for (const auto& journal : journals) {
    auto names = torn_files_of_journal(files, journal);
    if (names) {
      found.torn.push_back(std::move(*names));
    } else if (!JournalReader::open(files, journal) && is_unbegun(files, journal)) {
      found.unbegun.push_back(journal);
    } else {
      found.unreadable.push_back(std::move(names.error()));
    }
  }
  std::sort(found.torn.begin(), found.torn.end(),
            [](const SegmentFiles& a, const SegmentFiles& b) { return a.journal < b.journal; });
  return found;
}

void remove_unbegun(FileOperations& files, const std::filesystem::path& folder) {
  for (const auto& journal : find_torn_segments(files, folder).unbegun) {
    if (files.unlink(journal.c_str()) != 0) log(Severity::warning, file_error(journal, "delete", errno).message);
  }
}

}  // namespace tarsier
