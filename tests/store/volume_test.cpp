#include "store/volume.hpp"

#include "CppUTest/TestHarness.h"
#include "support/temporary_folder.hpp"

using namespace tarsier;

TEST_GROUP(Volume) {
  TemporaryFolder folder;
  const Volume disk{"/media/disk", "ext4", "/dev/sda1", "0b2c7a4e-93a7-4ab5-8bd1-3f1f6a1c9f55"};

  std::string refusal(const Volume& volume, const std::string& required = {}) {
    const auto checked = check_volume(volume, "/media/disk/store", required);
    CHECK_FALSE(checked.has_value());
    return checked.error().message;
  }
};

TEST(Volume, the_file_system_of_a_folder_is_found) {
  const auto volume = volume_of(folder.path());
  CHECK_TRUE_TEXT(volume.has_value(), volume ? "" : volume.error().message.c_str());
  CHECK(!volume->type.empty() && !volume->source.empty());
  CHECK_EQUAL(0, folder.path().string().rfind(volume->mount_point.string(), 0));
}

TEST(Volume, the_required_disk_is_accepted_however_its_uuid_is_written) {
  CHECK(check_volume(disk, "/media/disk/store", "0B2C7A4E-93A7-4AB5-8BD1-3F1F6A1C9F55").has_value());
  CHECK(check_volume(disk, "/media/disk/store", "").has_value());
}

TEST(Volume, another_disk_is_refused_with_what_is_there_instead) {
  const std::string message = refusal(disk, "11111111-2222-3333-4444-555555555555");
  STRCMP_CONTAINS("the disk with UUID 11111111-2222-3333-4444-555555555555 is not mounted here", message.c_str());
  STRCMP_CONTAINS("/dev/sda1 (ext4, UUID 0b2c7a4e", message.c_str());
  STRCMP_CONTAINS("store.require_mount", message.c_str());
}

TEST(Volume, fat_and_network_file_systems_are_refused_with_reason_and_remedy) {
  for (const char* type : {"vfat", "exfat", "msdos"}) {
    STRCMP_CONTAINS("format the disk as ext4", refusal({"/m", type, "/dev/sdb1", "1234-ABCD"}).c_str());
  }
  for (const char* type : {"nfs4", "cifs", "fuse.sshfs", "9p"}) {
    STRCMP_CONTAINS("record to a disk of this device", refusal({"/m", type, "server:/x", ""}).c_str());
  }
}

TEST(Volume, a_folder_that_is_not_there_yet_is_judged_by_the_one_above_it) {
  CHECK(check_place(folder / "not/yet", "").has_value());
  const auto checked = check_place(folder / "not/yet", "11111111-2222-3333-4444-555555555555");
  CHECK_FALSE(checked.has_value());
  STRCMP_CONTAINS("not/yet", checked.error().message.c_str());
}
