#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "base/hash.hpp"
#include "base/unique_fd.hpp"
#include "store/journal.hpp"
#include "store/journal_record.hpp"
#include "store/packed.hpp"

namespace tarsier {
namespace {

constexpr std::uint64_t checksum_bytes = 8;

Result<void> read_all(FileOperations& files, int fd, std::span<std::byte> out, std::uint64_t offset,
                      const std::filesystem::path& path) {
  while (!out.empty()) {
    const ssize_t got = files.pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unexpected(file_error(path, "read", errno));
    if (got == 0) return failure(path.string() + ": ends too early; it is damaged");
    out = out.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return {};
}

// Goes from record to record.
class RecordWalk {
 public:
  RecordWalk(FileOperations& files, const std::filesystem::path& path, int fd) : files_(files), path_(path), fd_(fd) {}

  Result<void> begin() {
    block_.resize(journal_block_bytes);
    if (auto read = read_all(files_, fd_, block_, 0, path_); !read) return read;
    PackedReader in(block_);
    in.skip(12);
    const auto header_bytes = in.get<std::uint32_t>();
    segment_id_ = in.get<std::uint64_t>();
    offset_ = round_up(header_bytes, journal_block_bytes);
    return {};
  }

  // The blocks of the next record, or nothing at the end: where the next record is not whole, or another journal's.
  std::optional<std::span<const std::byte>> next() {
    block_.resize(journal_block_bytes);
    if (!read_all(files_, fd_, block_, offset_, path_)) return std::nullopt;
    PackedReader in(block_);
    const auto magic = in.get<std::uint64_t>();
    const bool ours = std::memcmp(&magic, "TREC\0\0\0\0", sizeof magic) == 0 &&
                      in.get<std::uint64_t>() == segment_id_ && in.get<std::uint64_t>() == sequence_;
    const auto bytes = in.get<std::uint64_t>();
    if (!ours || bytes > largest_record) return std::nullopt;
    return take(bytes);
  }

 private:
  static constexpr std::uint64_t record_header_bytes = 32;
  static constexpr std::uint64_t largest_record = std::uint64_t{1} << 30;

  std::optional<std::span<const std::byte>> take(std::uint64_t bytes) {
    block_.resize(bytes);
    if (!read_all(files_, fd_, block_, offset_, path_)) return std::nullopt;
    const auto content = std::span<const std::byte>(block_).first(bytes - checksum_bytes);
    if (PackedReader(std::span<const std::byte>(block_).last(checksum_bytes)).get<std::uint64_t>() !=
        xxh3_64(content)) {
      return std::nullopt;
    }
    offset_ += round_up(bytes, journal_block_bytes);
    ++sequence_;
    return content.subspan(record_header_bytes);
  }

  FileOperations& files_;
  const std::filesystem::path& path_;
  const int fd_;
  std::vector<std::byte> block_;
  std::uint64_t segment_id_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t sequence_ = 1;
};

ChunkEntry get_chunk(PackedReader& in) {
  ChunkEntry entry;
  entry.dataset = static_cast<std::uint8_t>(in.get<std::uint16_t>());
  entry.index = in.get<std::uint64_t>();
  entry.frames = in.get<std::uint64_t>();
  entry.offset = in.get<std::uint64_t>();
  entry.bytes = in.get<std::uint64_t>();
  entry.hash = in.get<std::uint64_t>();
  entry.filter_mask = in.get<std::uint32_t>();
  return entry;
}

void add_chunks(std::span<const std::byte> blocks, std::vector<ChunkEntry>& entries) {
  PackedReader in(blocks);
  while (!in.rest().empty()) {
    const auto kind = in.get<JournalBlock>();
    const auto item_bytes = in.get<std::uint16_t>();
    in.skip(sizeof(std::uint32_t));
    const auto count = in.get<std::uint64_t>();
    PackedReader items(in.rest());
    for (std::uint64_t i = 0; kind == JournalBlock::chunks && i < count; ++i) entries.push_back(get_chunk(items));
    in.skip(item_bytes * count);
  }
}

}  // namespace

Result<std::vector<ChunkEntry>> read_chunk_entries(FileOperations& files, const std::filesystem::path& path,
                                                   std::uint64_t expected) {
  const UniqueFd fd(files.open(path.c_str(), O_RDONLY, 0));
  if (!fd) return unexpected(file_error(path, "open", errno));
  RecordWalk walk(files, path, fd.get());
  if (auto begun = walk.begin(); !begun) return unexpected(std::move(begun.error()));
  std::vector<ChunkEntry> entries;
  entries.reserve(expected);
  while (entries.size() < expected) {
    const auto blocks = walk.next();
    if (!blocks) break;
    add_chunks(*blocks, entries);
  }
  if (entries.size() >= expected) return entries;
  return failure(
      fmt::format("{}: holds {} of {} chunk entries; it is damaged", path.string(), entries.size(), expected));
}

}  // namespace tarsier
