// Counts what our own code allocates while frames flow: malloc and its kin are taken over for this program, and a call
// counts when it comes out of this executable or out of the C++ runtime that serves it. What GStreamer and HDF5
// allocate inside is theirs (the plan counts it) and comes from their own libraries.
#include <CppUTest/TestHarness.h>

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include <link.h>

#include <atomic>
#include <cstdlib>
#include <cstring>

#include "base/log.hpp"
#include "config/parse.hpp"
#include "daemon/engine.hpp"
#include "support/temporary_folder.hpp"

extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* memory, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
}

namespace {

struct Range {
  std::uintptr_t first = 0;
  std::uintptr_t end = 0;
};

// Code of this executable and of libstdc++.
Range ours[2];
std::atomic<bool> counting{false};
std::atomic<std::uint64_t> counted{0};
std::atomic<std::uint64_t> foreign{0};
thread_local bool exempt = false;

int find_ranges(dl_phdr_info* info, std::size_t, void*) {
  const bool executable = info->dlpi_name[0] == '\0';
  const bool runtime = std::strstr(info->dlpi_name, "libstdc++") != nullptr;
  for (int i = 0; (executable || runtime) && i < info->dlpi_phnum; ++i) {
    const auto& part = info->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
    const std::uintptr_t first = info->dlpi_addr + part.p_vaddr;
    ours[executable ? 0 : 1] = {first, first + part.p_memsz};
  }
  return 0;
}

void count_call(void* caller) {
  if (!counting.load(std::memory_order_relaxed) || exempt) return;
  const auto address = reinterpret_cast<std::uintptr_t>(caller);
  for (const Range& range : ours) {
    if (address >= range.first && address < range.end) {
      counted.fetch_add(1, std::memory_order_relaxed);
      return;
    }
  }
  foreign.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

extern "C" {
void* malloc(std::size_t bytes) {
  count_call(__builtin_return_address(0));
  return __libc_malloc(bytes);
}
void* calloc(std::size_t count, std::size_t bytes) {
  count_call(__builtin_return_address(0));
  return __libc_calloc(count, bytes);
}
void* realloc(void* memory, std::size_t bytes) {
  count_call(__builtin_return_address(0));
  return __libc_realloc(memory, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  count_call(__builtin_return_address(0));
  return __libc_memalign(alignment, bytes);
}
}

using namespace tarsier;

TEST_GROUP(Allocation) {
  TemporaryFolder folder;

  void setup() override {
    dl_iterate_phdr(find_ranges, nullptr);
    set_log_level(Severity::error);
  }

  static Json rig() {
    return Json::parse(R"({
      "experiment": "allocation", "device": "bench",
      "cameras": [{"name": "cam", "keep": {"frames": "all"}, "threads": 2,
                   "correct": {"subtract": {"kind": "sliding_mean", "window": 8}, "offset": 100},
                   "convert": {"bin": 2},
                   "reduce": {"projection": {"interval_s": 20, "kinds": ["mean", "max", "min", "std", "median"]}},
                   "regions": [{"name": "arena", "circle": {"x_px": 160, "y_px": 120, "radius_px": 100}}]}],
      "memory": {"budget_mib": 256}, "store": {"codec": "deflate", "codec_threads": 2}, "control": {"listen": ""}})");
  }
};

TEST(Allocation, none_is_made_by_our_code_between_frame_500_and_frame_9500_of_a_recording) {
  const ReplayInput input{ReplayKind::video, {TARSIER_SOURCE_DIR "/tests/data/mouse.mp4"}, {}};
  auto engine = Engine::arm_reduction(rig(), "rig.json", {input, folder / "out.h5"});
  if (!engine) FAIL(engine.error().message.c_str());
  counted = 0;
  exempt = true;  // the supervisor's own thread, ten times a second, is not on the way of any frame
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::atomic<StopRequest> stop{StopRequest::none};
  const auto tick = [&](const Progress& progress) {
    if (from == 0 && progress.delivered >= 500) {
      from = progress.delivered;
      counting = true;
    }
    if (progress.delivered < 9500) to = progress.delivered;
    if (progress.delivered >= 9500) counting = false;
  };
  const auto summary = (*engine)->run(stop, tick);
  counting = false;
  if (!summary) FAIL(summary.error().message.c_str());
  CHECK(to > from + 5000);
  CHECK(foreign.load() > 0);  // the count works: the decoder and HDF5 do allocate
  CHECK_EQUAL(0, counted.load());
}

TEST(Allocation, is_counted_when_our_code_makes_one) {
  counting = true;
  counted = 0;
  // Through volatile, so that the compiler can't leave the pair out.
  char* volatile kept = new char[100];
  delete[] kept;
  counting = false;
  CHECK(counted.load() >= 1);
}

#endif
