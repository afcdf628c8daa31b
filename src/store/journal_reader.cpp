#include "store/journal_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "store/journal.hpp"

namespace tarsier {
namespace {

constexpr std::uint64_t least_record = record_header_bytes + checksum_bytes;
// Nine kinds are known; others may come with later versions.
constexpr unsigned most_blocks = 64;
constexpr std::uint64_t record_magic = 0x43455254;  // "TREC" and four zeros
// A search from behind: what a writer leaves behind its last whole record is one that is torn, and zeros.
constexpr unsigned most_torn = 16;
constexpr std::uint64_t farthest_search = std::uint64_t{1} << 30;

constexpr std::array<std::uint16_t, 10> sizes = {0,
                                                 item_bytes<Row>,
                                                 item_bytes<RegionRow>,
                                                 item_bytes<Gap>,
                                                 item_bytes<Event>,
                                                 item_bytes<EnvironmentSample>,
                                                 item_bytes<ChunkEntry>,
                                                 item_bytes<JournalCounters>,
                                                 item_bytes<ProjectionRow>,
                                                 item_bytes<StorageRow>};

}  // namespace

Result<JournalReader> JournalReader::open(FileOperations& files, const std::filesystem::path& path) {
  JournalReader reader(files, path);
  reader.fd_ = UniqueFd(files.open(path.c_str(), O_RDONLY, 0));
  if (!reader.fd_) return unexpected(file_error(path, "open", errno));
  if (auto looked = reader.look_again(); !looked) return unexpected(std::move(looked.error()));
  if (auto read = reader.read_head(); !read) return unexpected(std::move(read.error()));
  return reader;
}

Result<void> JournalReader::look_again() {
  struct stat info {};
  if (files_->fstat(fd_.get(), &info) != 0) return unexpected(file_error(path_, "examine", errno));
  if (S_ISDIR(info.st_mode)) return failure(path_.string() + ": is a directory; name a file");
  file_bytes_ = static_cast<std::uint64_t>(std::max<off_t>(info.st_size, 0));
  return {};
}

Result<void> JournalReader::read_head() {
  if (file_bytes_ < journal_block_bytes) return not_a_journal(path_, "too short");
  const auto begin = fetch(0, head_fixed_bytes);
  if (!begin) return unexpected(begin.error());
  if (std::memcmp(begin->data(), "TARSJRNL", 8) != 0) {
    const bool zeros = std::all_of(begin->begin(), begin->end(), [](std::byte value) { return value == std::byte{0}; });
    return not_a_journal(path_, zeros ? "it begins with zeros" : "it begins with something else");
  }
  PackedReader in(*begin);
  in.skip(8);
  const auto version = in.get<std::uint32_t>();
  if (version != journal_version) {
    return failure(fmt::format("{}: has version {} of the format; this Tarsier reads {}, take a newer one",
                               path_.string(), version, journal_version));
  }
  const std::uint64_t bytes = in.get<std::uint32_t>();
  if (bytes > std::min(file_bytes_, largest_head)) return not_a_journal(path_, "it claims to be too long");
  std::vector<std::byte> whole(bytes);
  if (auto read = read_all(*files_, fd_.get(), whole, 0, path_); !read) return read;
  auto head = parse_journal_header(whole, path_);
  if (!head) return unexpected(std::move(head.error()));
  head_ = std::make_unique<JournalHead>(std::move(*head));
  records_begin_ = round_up(bytes, journal_block_bytes);
  rewind();
  return {};
}

void JournalReader::rewind() {
  next_ = records_begin_;
  sequence_ = 1;
  blocks_ = {};
}

Result<bool> JournalReader::next() {
  auto taken = take(next_, sequence_);
  if (taken && *taken) ++sequence_;
  return taken;
}

Result<bool> JournalReader::last_before(std::uint64_t before) {
  std::uint64_t offset = std::min(before, file_bytes_) & ~(journal_block_bytes - 1);
  const std::uint64_t limit = std::max(records_begin_, offset - std::min(offset, farthest_search));
  for (unsigned torn = 0; offset > limit && torn < most_torn;) {
    offset -= journal_block_bytes;
    const auto candidate = is_candidate(offset);
    if (!candidate) return unexpected(candidate.error());
    if (!*candidate) continue;
    auto taken = take(offset, 0);
    if (!taken || *taken) return taken;
    ++torn;
  }
  return false;
}

Result<bool> JournalReader::is_candidate(std::uint64_t offset) {
  const auto begin = fetch(offset, 16);
  if (!begin) return unexpected(begin.error());
  PackedReader in(*begin);
  return in.get<std::uint64_t>() == record_magic && in.get<std::uint64_t>() == head_->segment.id;
}

// Any sequence number will do when `sequence` is 0.
Result<bool> JournalReader::take(std::uint64_t offset, std::uint64_t sequence) {
  const auto bytes = whole_record(offset, sequence);
  if (!bytes) return unexpected(bytes.error());
  if (*bytes == 0) return false;
  offset_ = offset;
  if (auto found = find_blocks(offset + record_header_bytes, offset + *bytes - checksum_bytes); !found) {
    return unexpected(std::move(found.error()));
  }
  next_ = offset + round_up(*bytes, journal_block_bytes);
  return true;
}

// Its size; 0 when there is none.
Result<std::uint64_t> JournalReader::whole_record(std::uint64_t offset, std::uint64_t sequence) {
  if (offset > file_bytes_ || file_bytes_ - offset < least_record) return std::uint64_t{0};
  const auto begin = fetch(offset, record_header_bytes);
  if (!begin) return unexpected(begin.error());
  PackedReader in(*begin);
  if (in.get<std::uint64_t>() != record_magic) return std::uint64_t{0};
  if (in.get<std::uint64_t>() != head_->segment.id) return std::uint64_t{0};
  const auto number = in.get<std::uint64_t>();
  if (number == 0 || (sequence != 0 && number != sequence)) return std::uint64_t{0};
  const auto bytes = in.get<std::uint64_t>();
  if (bytes < least_record || bytes > file_bytes_ - offset) return std::uint64_t{0};
  const auto whole = has_digest(offset, bytes);
  if (!whole) return unexpected(whole.error());
  return *whole ? bytes : std::uint64_t{0};
}

Result<bool> JournalReader::has_digest(std::uint64_t offset, std::uint64_t bytes) {
  const std::uint64_t end = offset + bytes - checksum_bytes;
  hash_->reset();
  while (offset < end) {
    const auto piece = fetch(offset, std::min<std::uint64_t>(buffer_bytes, end - offset));
    if (!piece) return unexpected(piece.error());
    hash_->add(*piece);
    offset += piece->size();
  }
  const auto digest = fetch(end, checksum_bytes);
  if (!digest) return unexpected(digest.error());
  return PackedReader(*digest).get<std::uint64_t>() == hash_->digest();
}

Result<void> JournalReader::find_blocks(std::uint64_t begin, std::uint64_t end) {
  blocks_ = {};
  for (unsigned blocks = 0; begin < end; ++blocks) {
    if (blocks == most_blocks) return nonsense("too many blocks");
    if (end - begin < block_header_bytes) return nonsense("a block that is cut off");
    const auto header = fetch(begin, block_header_bytes);
    if (!header) return unexpected(header.error());
    begin += block_header_bytes;
    PackedReader in(*header);
    const auto kind = in.get<std::uint16_t>();
    const auto each = in.get<std::uint16_t>();
    in.skip(sizeof(std::uint32_t));
    const auto count = in.get<std::uint64_t>();
    if (each == 0 || count > (end - begin) / each) return nonsense("a block that is larger than its record");
    if (auto noted = note_block(kind, each, {begin, count}); !noted) return noted;
    begin += each * count;
  }
  return check_blocks();
}

Result<void> JournalReader::note_block(std::uint16_t kind, std::uint16_t each, Block found) {
  if (kind == 0 || kind >= kinds) return {};
  if (each != sizes[kind]) return nonsense("items of a wrong size");
  if (blocks_[kind].offset != 0) return nonsense("a block twice");
  blocks_[kind] = found;
  return {};
}

Result<void> JournalReader::check_blocks() {
  // Not multiplied: the product may be larger than any number.
  const std::uint64_t regions = head_->camera.regions.size();
  const std::uint64_t rows = count<Row>();
  const std::uint64_t each = rows == 0 ? 0 : count<RegionRow>() / rows;
  if (rows == 0 ? count<RegionRow>() != 0 : each != regions || count<RegionRow>() % rows != 0) {
    return nonsense("another number of regions than its rows have");
  }
  if (count<JournalCounters>() != 1) return nonsense("not one set of counters");
  return read(0, std::span(&counters_, 1));
}

Result<std::span<const std::byte>> JournalReader::fetch(std::uint64_t offset, std::uint64_t bytes) {
  const auto out = std::span(buffer_).first(bytes);
  if (auto done = read_all(*files_, fd_.get(), out, offset, path_); !done) return unexpected(std::move(done.error()));
  return out;
}

tl::unexpected<Error> JournalReader::nonsense(const char* what) const {
  return failure(
      fmt::format("{}: the record at byte {} is whole and holds {}; another program wrote it, or a newer "
                  "Tarsier",
                  path_.string(), offset_, what));
}

Result<std::vector<ChunkEntry>> read_chunk_entries(FileOperations& files, const std::filesystem::path& path,
                                                   std::uint64_t expected) {
  auto journal = JournalReader::open(files, path);
  if (!journal) return unexpected(std::move(journal.error()));
  std::vector<ChunkEntry> entries;
  entries.reserve(expected);
  while (entries.size() < expected) {
    const auto found = journal->next();
    if (!found) return unexpected(found.error());
    if (!*found) break;
    const std::size_t before = entries.size();
    entries.resize(before + journal->count<ChunkEntry>());
    if (auto read = journal->read(0, std::span(entries).subspan(before)); !read) return unexpected(read.error());
  }
  if (entries.size() >= expected) return entries;
  return failure(
      fmt::format("{}: holds {} of {} chunk entries; it is damaged", path.string(), entries.size(), expected));
}

}  // namespace tarsier
