// A journal that a torn disk or another program left: reading it never does more than refuse it. The mutator writes
// the checksums anew, for nothing would come past them by chance.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "store/journal.hpp"
#include "store/journal_reader.hpp"
#include "store/recovery_survey.hpp"

using namespace tarsier;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

// A file in memory, which has a path as long as this process lives.
class MemoryFile {
 public:
  MemoryFile() : fd_(memfd_create("journal", 0)), path_("/proc/self/fd/" + std::to_string(fd_)) {
    if (fd_ < 0) std::abort();
  }
  void fill(std::span<const std::uint8_t> bytes) const {
    if (ftruncate(fd_, 0) != 0) std::abort();
    if (pwrite(fd_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) std::abort();
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  const int fd_;
  const std::string path_;
};

template <typename Number>
Number number_at(std::span<const std::uint8_t> bytes, std::size_t offset) {
  Number number{};
  if (offset + sizeof number <= bytes.size()) std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

// Of the piece [begin, end), whose last eight bytes are its checksum.
void sign(std::span<std::uint8_t> bytes, std::size_t begin, std::size_t end) {
  if (end > bytes.size() || end < begin + checksum_bytes) return;
  const auto content = std::as_bytes(bytes.subspan(begin, end - begin - checksum_bytes));
  const std::uint64_t digest = xxh3_64(content);
  std::memcpy(bytes.data() + end - checksum_bytes, &digest, sizeof digest);
}

// The head's length stands behind its name and version, that of a record behind three numbers.
void sign_all(std::span<std::uint8_t> bytes) {
  std::size_t offset = number_at<std::uint32_t>(bytes, 12);
  sign(bytes, 0, offset);
  for (int records = 0; records < 64; ++records) {
    offset = round_up(offset, journal_block_bytes);
    if (offset + record_header_bytes > bytes.size()) return;
    const auto size = number_at<std::uint64_t>(bytes, offset + 24);
    if (size > bytes.size() - offset) return;
    sign(bytes, offset, offset + size);
    offset += std::max<std::uint64_t>(size, 1);
  }
}

template <typename Item>
void read_all_of(JournalReader& journal) {
  std::vector<Item> items(std::min<std::uint64_t>(journal.count<Item>(), 4096));
  if (auto read = journal.read(0, std::span(items)); !read && read.error().message.empty()) std::abort();
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  size = LLVMFuzzerMutate(data, size, most);
  if (seed % 8 != 0) sign_all({data, size});
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const MemoryFile file;
  file.fill({data, size});
  auto journal = JournalReader::open(system_files(), file.path());
  if (!journal) return journal.error().message.empty() ? std::abort(), 0 : 0;
  for (auto found = journal->next(); found && *found; found = journal->next()) {
    read_all_of<Row>(*journal);
    read_all_of<RegionRow>(*journal);
    read_all_of<Gap>(*journal);
    read_all_of<Event>(*journal);
    read_all_of<EnvironmentSample>(*journal);
    read_all_of<ChunkEntry>(*journal);
    read_all_of<ProjectionRow>(*journal);
    read_all_of<StorageRow>(*journal);
  }
  (void)journal->last_before(journal->file_bytes());
  journal->rewind();
  const auto survey = survey_journal(*journal);
  if (!survey && survey.error().message.empty()) std::abort();
  return 0;
}
