// Records RIG and goes on with each of the further rigs in turn, as soon as so many more frames were delivered:
// rig_changer FRAMES RIG NEXT... Prints the status at the end; a rig that is refused is told on stderr, and the run
// goes on as it was.
#include <fmt/format.h>

#include <cstdlib>
#include <span>

#include "base/file_operations.hpp"
#include "daemon/engine.hpp"
#include "daemon/recovery_beside.hpp"

using namespace tarsier;

namespace {

Json read(const char* path) {
  const auto text = read_text(system_files(), path, mebibytes(16));
  return text ? Json::parse(*text, nullptr, false) : Json();
}

}  // namespace

int main(int count, char** arguments) {
  if (const auto code = recovery_child_main(count, arguments)) return *code;
  const auto words = std::span(arguments, static_cast<std::size_t>(count));
  const std::uint64_t frames = std::strtoull(words[1], nullptr, 10);
  auto engine = Engine::arm(read(words[2]), words[2], {});
  if (!engine) return fmt::print(stderr, "{}\n", engine.error().message), 1;
  std::size_t next = 3;
  std::atomic<StopRequest> stop{StopRequest::none};
  const auto tick = [&](const Progress& progress) {
    if (progress.delivered < frames * (next - 2)) return;
    if (next == words.size()) return stop.store(StopRequest::end);
    const auto changed = (*engine)->change(read(words[next]), static_cast<std::uint32_t>(next - 1), false);
    if (!changed) fmt::print(stderr, "{}\n", changed.error().message);
    ++next;
  };
  const auto summary = (*engine)->run(stop, tick);
  if (!summary) return fmt::print(stderr, "{}\n", summary.error().message), 1;
  fmt::print("{}\n", summary->facts.dump());
  return 0;
}
