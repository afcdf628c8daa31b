#include "store/verify_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>

#include <array>
#include <cerrno>

#include "base/confined_child.hpp"
#include "base/shared_count.hpp"
#include "base/unique_fd.hpp"
#include "store/file_hasher.hpp"
#include "store/segment_files.hpp"
#include "store/verify_content.hpp"

namespace tarsier {
namespace {

ConfinedLimits limits_for_file(std::uint64_t bytes) {
  ConfinedLimits limits;
  // Far more than a slow board or disk needs: they end what hangs.
  limits.cpu = std::chrono::seconds(20 + bytes / (20U << 20U));
  limits.wall = std::chrono::seconds(60 + bytes / (1U << 20U));
  limits.answer = mebibytes(4);
  return limits;
}

std::string reason_of(const ConfinedAnswer& outcome) {
  if (outcome.end == ConfinedEnd::hung)
    return "the HDF5 library hung on it and was stopped; the file is damaged: fetch it anew";
  return fmt::format("the HDF5 library crashed on it ({}); the file is damaged: fetch it anew",
                     outcome.signal != 0 ? strsignal(outcome.signal) : "it ended without an answer");
}

Json with_fault(std::string sentence) {
  return {{"faults", Json::array({std::move(sentence)})}, {"bad", Json::array()}};
}

Result<bool> begins_as_hdf5(FileOperations& files, const std::filesystem::path& path) {
  constexpr std::array<char, 8> signature{'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
  const UniqueFd file(files.open(path.c_str(), O_RDONLY | O_NONBLOCK, 0));
  if (!file) return unexpected(file_error(path, "open", errno));
  std::array<char, signature.size()> found{};
  const ssize_t got = files.pread(file.get(), found.data(), found.size(), 0);
  if (got < 0) return unexpected(file_error(path, "read", errno));
  return got == static_cast<ssize_t>(found.size()) && found == signature;
}

}  // namespace

Result<Json> verify_file(FileOperations& files, const std::filesystem::path& path, const BytesDone& done) {
  const auto plausible = begins_as_hdf5(files, path);
  if (!plausible) return unexpected(plausible.error());
  if (!*plausible) return with_fault("is no HDF5 file: it was cut, overwritten, or never was one; fetch it anew");
  SharedCount count;
  auto limits = limits_for_file(file_bytes(files, path));
  limits.meanwhile = [&] {
    done(count.get());
    return true;
  };
  const auto outcome = run_confined(
      [&] {
        return look_through(path, [&](std::uint64_t bytes) { count.add(bytes); })
            .dump(-1, ' ', false, Json::error_handler_t::replace);
      },
      limits);
  if (outcome.end == ConfinedEnd::refused) {
    return failure(
        fmt::format("{}: no process could be started to look at it ({}); try again", path.string(), outcome.answer));
  }
  if (outcome.end != ConfinedEnd::answered) return with_fault(reason_of(outcome));
  Json found = Json::parse(outcome.answer, nullptr, false);
  if (!found.is_object()) return with_fault(reason_of({ConfinedEnd::crashed, {}, 0}));
  return found;
}

Result<std::string> sha256_of_file(FileOperations& files, const std::filesystem::path& path, const BytesDone& done) {
  FileHasher hasher(files);
  if (auto begun = hasher.begin(path); !begun) return unexpected(std::move(begun.error()));
  for (std::uint64_t bytes = 0;; bytes += FileHasher::block_bytes) {
    auto digest = hasher.step();
    if (!digest) return unexpected(std::move(digest.error()));
    if (*digest) return std::move(**digest);
    done(bytes);
  }
}

}  // namespace tarsier
