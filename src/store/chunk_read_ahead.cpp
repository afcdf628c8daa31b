#include "store/chunk_read_ahead.hpp"

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

#include "base/hash.hpp"

namespace tarsier {
namespace {

// A disk may need more than one try; what it cannot read then is lost.
constexpr unsigned most_tries = 3;

}  // namespace

Result<void> PartReader::look() {
  struct stat info {};
  if (fd_ < 0) return {};
  if (files_.fstat(fd_, &info) != 0) return unexpected(file_error(path_, "examine", errno));
  bytes_ = static_cast<std::uint64_t>(std::max<off_t>(info.st_size, 0));
  return {};
}

Result<bool> PartReader::fetch(const ChunkEntry& chunk, std::vector<std::byte>& into) const {
  if (chunk.offset > bytes_ || chunk.bytes > bytes_ - chunk.offset) return false;
  try {
    into.resize(chunk.bytes);
  } catch (const std::bad_alloc&) {
    return unexpected(file_error(path_, "read", ENOMEM));
  }
  for (unsigned tries = 0; tries < most_tries; ++tries) {
    auto read = read_all(files_, fd_, into, chunk.offset, path_);
    if (read) return xxh3_64(into) == chunk.hash;
    // Says nothing of the disk: the next recovery may well read it.
    if (read.error().error_number == ENOMEM) return unexpected(std::move(read.error()));
  }
  return false;
}

ChunkReadAhead::ChunkReadAhead(const PartReader& part) : part_(part), thread_("read-ahead", [this] { work(); }) {}

ChunkReadAhead::~ChunkReadAhead() {
  wait();
  asked_.release();
}

void ChunkReadAhead::begin(const ChunkEntry& chunk) {
  wait();
  chunk_ = &chunk;
  asked_.release();
}

Result<bool> ChunkReadAhead::take(const ChunkEntry& chunk, std::vector<std::byte>& into) {
  if (chunk_ != &chunk) return part_.fetch(chunk, into);
  wait();
  std::swap(bytes_, into);
  return std::exchange(found_, false);
}

void ChunkReadAhead::work() {
  for (asked_.acquire(); chunk_ != nullptr; asked_.acquire()) {
    found_ = part_.fetch(*chunk_, bytes_);
    done_.release();
  }
}

void ChunkReadAhead::wait() {
  if (chunk_ == nullptr) return;
  done_.acquire();
  chunk_ = nullptr;
}

}  // namespace tarsier
