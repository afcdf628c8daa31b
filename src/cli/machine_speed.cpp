#include "cli/machine_speed.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <random>

#include "base/named_thread.hpp"
#include "cli/disk_probe.hpp"
#include "frame/arena.hpp"
#include "kernels/instruction_set.hpp"

namespace tarsier {
namespace {

// Of the whole time.
constexpr double memory_share = 0.08, kernels_share = 0.28, codecs_share = 0.2, disk_share = 0.42;

constexpr Bytes least_memory = mebibytes(64), most_memory = mebibytes(512);

std::uint32_t usable_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return 1;
  return static_cast<std::uint32_t>(std::max(1, CPU_COUNT(&allowed)));
}

// x86 has the name in one file, boards have theirs in the other.
std::string processor_name() {
  std::ifstream processors("/proc/cpuinfo");
  for (std::string line; std::getline(processors, line);)
    if (const auto colon = line.find(": "); line.starts_with("model name") && colon != std::string::npos)
      return line.substr(colon + 2);
  std::ifstream board("/proc/device-tree/model");
  std::string name;
  std::getline(board, name, '\0');
  return name.empty() ? "unknown processor" : name;
}

std::uint64_t positive(long value) { return value > 0 ? static_cast<std::uint64_t>(value) : 0; }

// Twice the last cache, but never more than an eighth of a small machine's memory.
std::uint64_t working_set_bytes() {
  const std::uint64_t cache = positive(::sysconf(_SC_LEVEL3_CACHE_SIZE));
  const std::uint64_t memory = positive(::sysconf(_SC_PHYS_PAGES)) * positive(::sysconf(_SC_PAGESIZE));
  const std::uint64_t most = std::clamp(memory / 8, least_memory.count, most_memory.count);
  return std::clamp(2 * cache, least_memory.count, most);
}

WorkingSet filled(std::span<std::byte> bytes) {
  const WorkingSet memory(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size());
  std::minstd_rand random(1);
  std::vector<std::uint8_t> noise(65536 + 61);
  for (std::uint8_t& value : noise) value = static_cast<std::uint8_t>(80 + (random() >> 8) % 64);
  for (std::size_t at = 0; at < memory.size(); at += 65536)
    std::memcpy(memory.data() + at, noise.data() + at / 65536 % 61, std::min<std::size_t>(65536, memory.size() - at));
  return memory;
}

void copy_halves(WorkingSet part, bool forth) {
  const std::size_t half = part.size() / 2;
  std::memcpy(part.data() + (forth ? half : 0), part.data() + (forth ? 0 : half), half);
}

Result<void> measure_processor(MachineSpeed& speed, double seconds, const std::function<bool()>& stopped) {
  auto arena = Arena::create(Arena::cost(working_set_bytes()));
  if (!arena) return unexpected(std::move(arena.error()));
  const WorkingSet memory = filled(arena->take(working_set_bytes()));
  speed.working_set = memory.size();
  speed.memory_bytes_per_s = memory_speed(memory, speed.cores, {Seconds(memory_share * seconds), stopped});
  speed.kernels = kernel_speed(memory, {Seconds(kernels_share * seconds), stopped});
  return {};
}

}  // namespace

double memory_speed(WorkingSet memory, std::uint32_t cores, const Patience& patience) {
  const std::size_t part = memory.size() / cores / 128 * 128;
  const double seconds = median_seconds(patience, [&](std::size_t turn) {
    std::vector<NamedThread> threads;
    for (std::uint32_t core = 0; core < cores; ++core)
      threads.emplace_back("memory-" + std::to_string(core),
                           [=] { copy_halves(memory.subspan(core * part, part), turn % 2 == 0); });
  });
  // Each byte of a half is read here and written there.
  return static_cast<double>(part * cores) / seconds;
}

Result<MachineSpeed> measure_machine(DiskProbe& probe, Seconds length, const std::function<bool()>& stopped) {
  MachineSpeed speed;
  speed.ram_bytes =
      static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  speed.processor = processor_name();
  speed.instruction_set = to_text(instruction_set());
  speed.cores = usable_cores();
  speed.directory = probe.directory();
  const auto processor = measure_processor(speed, length.count(), stopped);
  if (!processor) return unexpected(processor.error());
  auto codecs = codec_speeds({codecs_share * length, stopped});
  if (!codecs) return unexpected(std::move(codecs.error()));
  speed.codecs = std::move(*codecs);
  const auto disk = probe.measure({disk_share * length, stopped});
  if (!disk) return unexpected(disk.error());
  speed.disk = *disk;
  if (stopped()) return failure("stopped before its end; nothing is left behind");
  return speed;
}

}  // namespace tarsier
