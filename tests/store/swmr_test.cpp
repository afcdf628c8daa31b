#include "CppUTest/TestHarness.h"
#include "store_bench.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

namespace {

// Every object of the growing file with its type, and every attribute with its value.
const std::string listed_objects = R"(
import sys, glob, h5py
part, = glob.glob(sys.argv[1] + "/**/*.part", recursive=True)
with h5py.File(part, "r", swmr=True) as f:
    lines = []
    def note(name, thing):
        is_group = isinstance(thing, h5py.Group)
        what = "group" if is_group else f"{thing.dtype} {thing.maxshape} {thing.chunks} {thing.compression}"
        lines.append(f"{name}: {what}")
        lines.extend(f"{name}@{key} = {thing.attrs[key]!r}" for key in thing.attrs)
    note("/", f["/"])
    f.visititems(note)
    def links(group):
        for key in group:
            lines.append(f"link {group.name}/{key}")
            if isinstance(group[key], h5py.Group): links(group[key])
    links(f["/"])
print("\n".join(lines))
)";

std::string objects(const std::filesystem::path& folder) {
  const PythonOutcome outcome = run_python({"-c", listed_objects, folder.string()});
  CHECK_EQUAL_TEXT(0, outcome.exit_code, outcome.output.c_str());
  return outcome.output;
}

}  // namespace

TEST_GROUP(Swmr) { TemporaryFolder folder; };

TEST(Swmr, no_object_and_no_attribute_is_made_once_others_may_read) {
  CameraRecording camera = bench_recording();
  camera.images = {ImageKind::mean};
  StoreBench bench(system_files(), folder.path(), camera);
  must(bench.recorder->begin());
  const std::string before = objects(folder.path());
  for (const char* name : {"\ntarsier/rows: ", "\ntarsier/projections/mean: ", "\nlink /entry/"}) {
    CHECK_TRUE_TEXT(before.find(name) != std::string::npos, before.c_str());
  }
  const std::vector<std::byte> image(bench.camera.frame_bytes());
  for (std::uint64_t i = 0; i < 40; ++i) {
    CHECK_TRUE(bench.camera.channel.gaps.push({.first_id = i, .last_id = i}));
    CHECK_TRUE(bench.camera.channel.events.push({.first_id = i, .text = "mark"}));
    ImageBatch batch{.projection = {.first_id = i, .last_id = i, .count = 1}};
    batch.images[0] = image;
    CHECK_TRUE(bench.camera.channel.images.push(batch));
    bench.record(3);
    bench.pass(1s);
  }
  const std::string after = objects(folder.path());
  STRCMP_EQUAL(before.c_str(), after.c_str());
  bench.finish();
}
