#include "hdf5/copy_structure.hpp"

#include "CppUTest/TestHarness.h"
#include "hdf5/attribute.hpp"
#include "hdf5/objects.hpp"
#include "support/faulty_files.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

const char* const make_model = R"(
import h5py, numpy as np, sys
f = h5py.File(sys.argv[1], "w", libver=("v110", "v110"))
g = f.create_group("a/b")
g.attrs["text"], g.attrs["texts"], g.attrs["number"] = "ä", ["one", "two"], np.uint64(2**64 - 1)
f.attrs["yes"] = np.bool_(True)
f.create_dataset("frames", (5, 4, 3), "u2", chunks=(2, 4, 3), maxshape=(None, 4, 3), shuffle=True, compression=3)
f["a/frames"] = f["frames"]
t = f.create_dataset("table", (9,), np.dtype([("x", "f8"), ("s", "S6")]), chunks=(4,), maxshape=(None,))
t.attrs["units"] = "s"
)";

const char* const compare = R"(
import h5py, numpy as np, sys
a, b = h5py.File(sys.argv[1], "r"), h5py.File(sys.argv[2], "r")
names = []
a.visit(names.append)
other = []
b.visit(other.append)
assert names == other, (names, other)
assert b["frames"] == b["a/frames"]
for name in ["/"] + names:
  assert {k: np.asarray(v).tolist() for k, v in a[name].attrs.items()} == \
         {k: np.asarray(v).tolist() for k, v in b[name].attrs.items()}, name
for name in ("frames", "table"):
  assert a[name].dtype == b[name].dtype and b[name].shape == (0,) + a[name].shape[1:] and b[name].maxshape[0] is None
  assert (a[name].compression, a[name].compression_opts, a[name].shuffle) == \
         (b[name].compression, b[name].compression_opts, b[name].shuffle)
assert b["frames"].chunks == (2, 4, 3) and b["table"].chunks[0] > 1000
)";

}  // namespace

TEST_GROUP(CopyStructure) {
  TemporaryFolder folder;
  std::filesystem::path model = folder / "model.h5";
  std::filesystem::path copy = folder / "copy.h5";

  Result<void> copy_it(FileOperations & files) {
    const auto from = open_for_reading(model);
    if (!from) return unexpected(from.error());
    auto to = WritableFile::create(files, copy);
    if (!to) return unexpected(to.error());
    if (auto copied = copy_structure(*from, *to); !copied) return copied;
    return to->close();
  }
};

TEST(CopyStructure, everything_but_the_data_is_there_again) {
  check_python(make_model, {model});
  const auto done = copy_it(system_files());
  CHECK_TRUE_TEXT(done.has_value(), done ? "" : done.error().message.c_str());
  check_python(compare, {model, copy});
}

TEST(CopyStructure, a_disk_that_fails_is_told) {
  check_python(make_model, {model});
  FaultyFiles files;
  files.fail_at = 1;
  files.only = "pwrite";
  files.error = ENOSPC;
  files.fail_for_good = true;
  const auto done = copy_it(files);
  CHECK(!done.has_value());
  STRCMP_CONTAINS("No space left", done.error().message.c_str());
}
