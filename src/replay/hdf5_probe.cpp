#include "replay/hdf5_probe.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>

#include <array>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "base/file_operations.hpp"
#include "base/unique_fd.hpp"

namespace tarsier {
namespace {

static_assert(std::is_trivially_copyable_v<Hdf5Facts>);

// The child's answer begins with one of these.
constexpr char facts_follow = 'F';
constexpr char reason_follows = 'R';

Result<Hdf5Facts> look_inside(const std::filesystem::path& path) {
  auto recording = Hdf5Recording::open(path);
  if (!recording) return unexpected(std::move(recording.error()));
  const Hdf5Facts& facts = recording->facts();
  std::vector<std::byte> frame(facts.frame_bytes());
  for (const std::uint64_t index : {std::uint64_t{0}, facts.frames / 2, facts.frames - 1}) {
    auto read = recording->read_frames(index, 1, frame);
    if (!read) return unexpected(std::move(read.error()).within(fmt::format("frame {}", index)));
  }
  return facts;
}

// Runs in the child.
std::string answer_of(const std::filesystem::path& path) {
  const auto facts = look_inside(path);
  if (!facts) return reason_follows + facts.error().message;
  std::string answer(1 + sizeof(Hdf5Facts), facts_follow);
  std::memcpy(answer.data() + 1, &*facts, sizeof(Hdf5Facts));
  return answer;
}

std::string reason_of(const ConfinedAnswer& outcome) {
  switch (outcome.end) {
    case ConfinedEnd::crashed:
      return fmt::format("the HDF5 library crashed on it ({}); the file is malformed: copy or export it anew",
                         outcome.signal != 0 ? strsignal(outcome.signal) : "it ended without an answer");
    case ConfinedEnd::hung:
      return "the HDF5 library hung on it and was stopped; the file is malformed: copy or export it anew";
    case ConfinedEnd::refused:
      return fmt::format("no process could be started to look at it ({}); try again", outcome.answer);
    case ConfinedEnd::answered: break;
  }
  return outcome.answer.empty() ? "no answer came from the process that looked at it" : outcome.answer.substr(1);
}

}  // namespace

bool is_hdf5(const std::filesystem::path& path) {
  constexpr std::array<char, 8> signature{'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
  FileOperations& files = system_files();
  const UniqueFd file(files.open(path.c_str(), O_RDONLY | O_CLOEXEC, 0));
  if (!file) return false;
  std::array<char, signature.size()> found{};
  // A user block is 512 bytes or a doubling of that.
  for (off_t offset = 0;; offset = offset == 0 ? 512 : 2 * offset) {
    const ssize_t count = files.pread(file.get(), found.data(), found.size(), offset);
    if (count < static_cast<ssize_t>(found.size())) return false;
    if (found == signature) return true;
  }
}

Result<Hdf5Facts> probe_hdf5(const std::filesystem::path& path, const ConfinedLimits& limits) {
  const ConfinedAnswer outcome = run_confined([&path] { return answer_of(path); }, limits);
  const std::string& answer = outcome.answer;
  if (outcome.end == ConfinedEnd::answered && answer.size() == 1 + sizeof(Hdf5Facts) && answer[0] == facts_follow) {
    Hdf5Facts facts;
    std::memcpy(&facts, answer.data() + 1, sizeof(facts));
    return facts;
  }
  return failure(fmt::format("{}: is not a recording: {}", path.string(), reason_of(outcome)));
}

}  // namespace tarsier
