#include "store/io_watch.hpp"

#include <fcntl.h>

#include <optional>

#include "CppUTest/TestHarness.h"
#include "base/named_thread.hpp"
#include "base/unique_fd.hpp"
#include "base/wakeup.hpp"
#include "support/faulty_files.hpp"
#include "support/manual_clock.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;
using namespace std::chrono_literals;

namespace {

// A disk whose syncs and deletions come back when the test lets them.
class HangingFiles final : public FileOperations {
 public:
  void wait_until_hanging() { wait_for(hanging_); }
  void let_go() {
    released_.store(true);
    change_.notify();
  }

  int open(const char* path, int flags, mode_t mode) override { return real_.open(path, flags, mode); }
  int close(int fd) override { return real_.close(fd); }
  ssize_t pread(int fd, void* data, std::size_t bytes, off_t offset) override {
    return real_.pread(fd, data, bytes, offset);
  }
  ssize_t pwrite(int fd, const void* data, std::size_t bytes, off_t offset) override {
    return real_.pwrite(fd, data, bytes, offset);
  }
  int ftruncate(int fd, off_t bytes) override { return real_.ftruncate(fd, bytes); }
  int fstat(int fd, struct stat* out) override { return real_.fstat(fd, out); }
  int fdatasync(int fd) override {
    hang();
    return real_.fdatasync(fd);
  }
  int fsync(int fd) override { return real_.fsync(fd); }
  int lock(int fd, int operation) override { return real_.lock(fd, operation); }
  int rename_new(const char* from, const char* to) override { return real_.rename_new(from, to); }
  int rename(const char* from, const char* to) override { return real_.rename(from, to); }
  int unlink(const char* path) override {
    hang();
    return real_.unlink(path);
  }
  int mkdir(const char* path, mode_t mode) override { return real_.mkdir(path, mode); }
  std::int64_t free_bytes(const char* path) override { return real_.free_bytes(path); }

 private:
  void hang() {
    hanging_.store(true);
    change_.notify();
    wait_for(released_);
  }
  void wait_for(const std::atomic<bool>& flag) {
    for (auto ticket = change_.ticket(); !flag.load(); ticket = change_.ticket()) {
      if (!flag.load()) change_.wait(ticket, 10s);
    }
  }

  FileOperations& real_ = system_files();
  Wakeup change_;
  std::atomic<bool> hanging_{false};
  std::atomic<bool> released_{false};
};

}  // namespace

TEST_GROUP(IoWatch) {
  TemporaryFolder folder;
  ManualClock clock;
  HangingFiles files;
  IoWatch watch{files, clock};
  void setup() override { clock.advance(1s); }
};

TEST(IoWatch, a_call_that_hangs_is_told_of_while_it_hangs) {
  const std::string path = folder / "segment";
  UniqueFd fd(watch.open(path.c_str(), O_RDWR | O_CREAT, 0644));
  NamedThread writer("recorder", [&] { (void)watch.fdatasync(fd.get()); });
  files.wait_until_hanging();
  clock.advance(900ms);
  CHECK_EQUAL(0, watch.blocked().size());
  clock.advance(600ms);
  const auto blocked = watch.blocked();
  watch.report();
  files.let_go();
  writer.join();
  CHECK_EQUAL(1, blocked.size());
  STRCMP_EQUAL("recorder", blocked[0].thread.c_str());
  STRCMP_EQUAL("sync", blocked[0].operation.c_str());
  STRCMP_EQUAL(path.c_str(), blocked[0].file.c_str());
  CHECK(blocked[0].duration == 1500ms);
  CHECK_EQUAL(0, watch.blocked().size());
  CHECK_EQUAL(1, watch.syncs.figures().count);
  DOUBLES_EQUAL(1.5e6, watch.syncs.figures().last_us, 0);
}

TEST(IoWatch, a_long_path_is_told_by_its_end) {
  const std::string path = "/" + std::string(300, 'x') + "/cam_000001.h5";
  NamedThread deleter("sync", [&] { (void)watch.unlink(path.c_str()); });
  files.wait_until_hanging();
  clock.advance(2s);
  const auto blocked = watch.blocked();
  files.let_go();
  deleter.join();
  CHECK_EQUAL(1, blocked.size());
  STRCMP_EQUAL(path.substr(path.size() - 191).c_str(), blocked[0].file.c_str());
}

TEST(IoWatch, a_write_that_finds_no_room_is_tried_again_when_room_was_made) {
  FaultyFiles full;
  IoWatch over(full, clock);
  int made = 0;
  over.make_room = [&] { return ++made == 1; };
  full.only = "pwrite";
  full.error = ENOSPC;
  full.fail_at = 1;
  UniqueFd fd(over.open((folder / "file").c_str(), O_RDWR | O_CREAT, 0644));
  CHECK_EQUAL(3, over.pwrite(fd.get(), "abc", 3, 0));
  full.fail_at = full.counted() + 1;
  CHECK_EQUAL(-1, over.pwrite(fd.get(), "abc", 3, 0));
  CHECK_EQUAL(ENOSPC, errno);
  CHECK_EQUAL(2, made);
  full.error = EIO;
  full.fail_at = full.counted() + 1;
  CHECK_EQUAL(-1, over.pwrite(fd.get(), "abc", 3, 0));
  CHECK_EQUAL(2, made);
}

TEST(IoWatch, passes_results_and_errors_on) {
  CHECK_EQUAL(-1, watch.open("/nowhere/at/all", O_RDONLY, 0));
  CHECK_EQUAL(ENOENT, errno);
  UniqueFd fd(watch.open((folder / "file").c_str(), O_RDWR | O_CREAT, 0644));
  CHECK_EQUAL(3, watch.pwrite(fd.get(), "abc", 3, 0));
  char back[3] = {};
  CHECK_EQUAL(3, watch.pread(fd.get(), back, 3, 0));
  MEMCMP_EQUAL("abc", back, 3);
  CHECK_EQUAL(1, watch.writes.figures().count);
  CHECK(watch.free_bytes(folder.path().c_str()) > 0);
}
