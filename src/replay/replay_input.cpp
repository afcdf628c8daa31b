#include "replay/replay_input.hpp"

#include <fmt/format.h>
#include <string.h>

#include <cstring>
#include <span>
#include <type_traits>

#include "replay/cine_recording.hpp"
#include "replay/hdf5_recording.hpp"
#include "replay/image_file.hpp"
#include "replay/image_sequence.hpp"

namespace tarsier {
namespace {

static_assert(std::is_trivially_copyable_v<RecordingFacts>);

// The child's answer begins with one of these.
constexpr char facts_follow = 'F';
constexpr char reason_follows = 'R';

Result<std::unique_ptr<Recording>> open_unchecked(const ReplayInput& input) {
  const auto with_place = [&](auto opened) -> Result<std::unique_ptr<Recording>> {
    if (!opened) return unexpected(std::move(opened.error()));
    return std::unique_ptr<Recording>(std::move(*opened));
  };
  switch (input.kind) {
    case ReplayKind::hdf5: return with_place(Hdf5Recording::open(input.files.front(), input.options.dataset));
    case ReplayKind::cine: return with_place(CineRecording::open(input.files.front()));
    case ReplayKind::images: return with_place(ImageSequence::open(input.files));
    case ReplayKind::raw: return with_place(RawRecording::open(input.files, *input.options.raw));
    case ReplayKind::video: break;
  }
  return misuse("is a video, which GStreamer reads");
}

Result<RecordingFacts> look_inside(const ReplayInput& input) {
  auto opened = open_unchecked(input);
  if (!opened) return unexpected(std::move(opened.error()));
  Recording& recording = **opened;
  if (input.options.interval_s) recording.assume_interval(*input.options.interval_s);
  const RecordingFacts& facts = recording.facts();
  std::vector<std::byte> frame(facts.frame_bytes());
  std::optional<Error> first;
  bool readable = false;
  for (const std::uint64_t index : {std::uint64_t{0}, facts.frames / 2, facts.frames - 1}) {
    auto read = recording.read(index, frame);
    readable = readable || read;
    if (!read && !first) first = std::move(read.error()).within(fmt::format("frame {}", index));
  }
  if (!readable) return unexpected(std::move(*first));
  return facts;
}

// Runs in the child.
std::string answer_of(const ReplayInput& input) {
  const auto facts = look_inside(input);
  if (!facts) return reason_follows + facts.error().message;
  std::string answer(1 + sizeof(RecordingFacts), facts_follow);
  std::memcpy(answer.data() + 1, &*facts, sizeof(RecordingFacts));
  return answer;
}

std::string reason_of(const ConfinedAnswer& outcome) {
  switch (outcome.end) {
    case ConfinedEnd::crashed:
      return fmt::format("a library crashed on it ({}); the file is malformed: copy or export it anew",
                         outcome.signal != 0 ? strsignal(outcome.signal) : "it ended without an answer");
    case ConfinedEnd::hung:
      return "looking at it took too long and was stopped: the file is malformed, on which a library hangs, or the "
             "disk "
             "is too slow; export it anew or copy it to a faster disk";
    case ConfinedEnd::refused:
      return fmt::format("no process could be started to look at it ({}); try again", outcome.answer);
    case ConfinedEnd::answered: break;
  }
  return outcome.answer.empty() ? "no answer came from the process that looked at it" : outcome.answer.substr(1);
}

// Files are looked up one by one, on a network's disk at some hundreds a second.
ConfinedLimits limits_for(const ReplayInput& input, ConfinedLimits limits) {
  limits.cpu += std::chrono::seconds(input.files.size() / 5000);
  limits.wall += std::chrono::milliseconds(5 * input.files.size());
  return limits;
}

std::string_view word_of(ReplayKind kind) {
  switch (kind) {
    case ReplayKind::video: return "video";
    case ReplayKind::hdf5: return "hdf5";
    case ReplayKind::cine: return "cine";
    case ReplayKind::images: return "images";
    case ReplayKind::raw: break;
  }
  return "raw";
}

}  // namespace

std::string ReplayInput::description() const {
  std::string text = fmt::format("{} {}", word_of(kind), files.front().string());
  if (kind == ReplayKind::hdf5 && !options.dataset.empty()) text += " " + options.dataset;
  if (files.size() > 1) text += fmt::format(" to {} ({} files)", files.back().string(), files.size());
  return text;
}

ReplayKind kind_of(const std::filesystem::path& file, const ReplayOptions& options) {
  if (options.raw) return ReplayKind::raw;
  if (is_hdf5(file)) return ReplayKind::hdf5;
  if (is_cine(file)) return ReplayKind::cine;
  return has_image_name(file) ? ReplayKind::images : ReplayKind::video;
}

Result<std::unique_ptr<Recording>> open_recording(const ReplayInput& input) {
  auto opened = open_unchecked(input);
  if (!opened) return unexpected(std::move(opened.error()).within(input.files.front().string()));
  if (input.options.interval_s) (*opened)->assume_interval(*input.options.interval_s);
  return opened;
}

Result<RecordingFacts> probe_recording(const ReplayInput& input, const ConfinedLimits& limits) {
  const ConfinedAnswer outcome = run_confined([&input] { return answer_of(input); }, limits_for(input, limits));
  const std::string& answer = outcome.answer;
  if (outcome.end == ConfinedEnd::answered && answer.size() == 1 + sizeof(RecordingFacts) &&
      answer[0] == facts_follow) {
    RecordingFacts facts;
    std::memcpy(&facts, answer.data() + 1, sizeof(facts));
    return facts;
  }
  return failure(fmt::format("{}: is not a recording: {}", input.files.front().string(), reason_of(outcome)));
}

}  // namespace tarsier
