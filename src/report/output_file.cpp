#include "report/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <span>
#include <system_error>

namespace tarsier {
namespace {

constexpr std::size_t output_block_bytes = 64 * 1024;

bool is_taken(const std::filesystem::path& path) {
  std::error_code unreadable;
  return std::filesystem::exists(std::filesystem::symlink_status(path, unreadable));
}

}  // namespace

Result<void> check_free(const std::filesystem::path& path) {
  if (is_taken(path)) {
    return misuse(fmt::format(
        "{}: exists already and is never overwritten; choose another folder with -o, or move it away", path.string()));
  }
  const std::string part = path.string() + ".part";
  if (!is_taken(part)) return {};
  return misuse(fmt::format("{}: another export writes it, or was interrupted; delete it when none runs", part));
}

Result<void> give_name(FileOperations& files, const std::filesystem::path& part, const std::filesystem::path& path) {
  if (files.rename_new(part.c_str(), path.c_str()) != 0) return unexpected(file_error(path, "rename to", errno));
  return sync_directory(files, path.has_parent_path() ? path.parent_path() : ".");
}

Result<OutputFile> OutputFile::create(FileOperations& files, std::filesystem::path path) {
  if (auto free = check_free(path); !free) return unexpected(std::move(free.error()));
  const std::string part = path.string() + ".part";
  UniqueFd fd(files.open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0644));
  if (!fd) return unexpected(file_error(part, "create", errno));
  return OutputFile(files, std::move(path), std::move(fd));
}

OutputFile::~OutputFile() {
  if (fd_) (void)files_->unlink(part().c_str());
}

Result<void> OutputFile::write(std::string_view bytes) {
  waiting_ += bytes;
  return waiting_.size() < output_block_bytes ? Result<void>() : flush();
}

Result<void> OutputFile::flush() {
  auto written = write_all(*files_, fd_.get(), std::as_bytes(std::span(waiting_)), offset_, part());
  offset_ += waiting_.size();
  waiting_.clear();
  return written;
}

Result<void> OutputFile::finish() {
  if (auto flushed = flush(); !flushed) return flushed;
  if (files_->fsync(fd_.get()) != 0) return unexpected(file_error(part(), "sync", errno));
  if (auto named = give_name(*files_, part(), path_); !named) return named;
  fd_.reset();
  return {};
}

}  // namespace tarsier
