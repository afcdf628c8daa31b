// Reads a journal back, record by record in bounded memory. Believes nothing that a torn, damaged or made-up file may
// say.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "base/file_operations.hpp"
#include "base/hash.hpp"
#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "store/journal_header.hpp"
#include "store/journal_items.hpp"

namespace tarsier {

// One thread. Holds one block of a record at a time, however large the record is; allocates in open() and for errors.
class JournalReader {
 public:
  // Reads and checks the head.
  [[nodiscard]] static Result<JournalReader> open(FileOperations& files, const std::filesystem::path& path);

  [[nodiscard]] const JournalHead& head() const { return *head_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] int descriptor() const { return fd_.get(); }
  [[nodiscard]] std::uint64_t file_bytes() const { return file_bytes_; }
  // Where the next record begins; after the end: how much of the file counts.
  [[nodiscard]] std::uint64_t position() const { return next_; }

  // Goes to the next record; false at the end, that is where the next one is not whole. An error: the file cannot be
  // read, or a whole record holds what no version of Tarsier writes.
  [[nodiscard]] Result<bool> next();
  // Before the first record again.
  void rewind();
  // Counts with what was written since open() too.
  [[nodiscard]] Result<void> look_again();
  // Goes to the last whole record that begins before `before`, found from behind without a look at those before it;
  // false when there is none within a gibibyte. rewind() leads back to the order.
  [[nodiscard]] Result<bool> last_before(std::uint64_t before);

  // Of the record that next() went to.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  [[nodiscard]] const JournalCounters& counters() const { return counters_; }
  template <typename Item>
  [[nodiscard]] std::uint64_t count() const {
    return block(block_kind<Item>).count;
  }
  // Items [first, first + out.size()) of their kind, which are there.
  template <typename Item>
  [[nodiscard]] Result<void> read(std::uint64_t first, std::span<Item> out);

 private:
  static constexpr std::size_t buffer_bytes = 64 * 1024;
  static constexpr std::size_t kinds = 10;
  struct Block {
    std::uint64_t offset = 0;  // of the items in the file
    std::uint64_t count = 0;
  };

  JournalReader(FileOperations& files, std::filesystem::path path) : files_(&files), path_(std::move(path)) {}
  [[nodiscard]] Result<void> read_head();
  [[nodiscard]] Result<bool> take(std::uint64_t offset, std::uint64_t sequence);
  [[nodiscard]] Result<std::uint64_t> whole_record(std::uint64_t offset, std::uint64_t sequence);
  [[nodiscard]] Result<bool> is_candidate(std::uint64_t offset);
  [[nodiscard]] Result<bool> has_digest(std::uint64_t offset, std::uint64_t bytes);
  [[nodiscard]] Result<void> find_blocks(std::uint64_t begin, std::uint64_t end);
  [[nodiscard]] Result<void> note_block(std::uint16_t kind, std::uint16_t each, Block found);
  [[nodiscard]] Result<void> check_blocks();
  [[nodiscard]] Result<std::span<const std::byte>> fetch(std::uint64_t offset, std::uint64_t bytes);
  [[nodiscard]] tl::unexpected<Error> nonsense(const char* what) const;
  [[nodiscard]] const Block& block(JournalBlock kind) const { return blocks_[static_cast<std::size_t>(kind)]; }

  FileOperations* files_;
  std::filesystem::path path_;
  UniqueFd fd_;
  std::uint64_t file_bytes_ = 0;
  std::unique_ptr<JournalHead> head_;
  std::uint64_t records_begin_ = 0;
  std::uint64_t next_ = 0;
  std::uint64_t sequence_ = 1;  // of the record at next_
  std::uint64_t offset_ = 0;
  std::array<Block, kinds> blocks_{};
  JournalCounters counters_;
  std::unique_ptr<Xxh3> hash_ = std::make_unique<Xxh3>();
  std::vector<std::byte> buffer_ = std::vector<std::byte>(buffer_bytes);
};

template <typename Item>
Result<void> JournalReader::read(std::uint64_t first, std::span<Item> out) {
  constexpr std::uint64_t at_once = buffer_bytes / item_bytes<Item>;
  for (std::uint64_t done = 0; done < out.size();) {
    const std::uint64_t now = std::min<std::uint64_t>(out.size() - done, at_once);
    const std::uint64_t from = block(block_kind<Item>).offset + (first + done) * item_bytes<Item>;
    const auto bytes = fetch(from, now * item_bytes<Item>);
    if (!bytes) return unexpected(bytes.error());
    PackedReader in(*bytes);
    for (Item& item : out.subspan(done, now)) {
      if (!get(in, item)) return nonsense("a value out of its range");
    }
    done += now;
  }
  return {};
}

}  // namespace tarsier
