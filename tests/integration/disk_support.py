"""Real disks for tests: images of ext4 mounted through a loop device, and tmpfs. Only root can make them."""

import os
import pathlib
import subprocess
import uuid

import support


def command(*words, check=True):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=check)


def need_root():
    if os.geteuid() != 0:
        support.skip("only root can mount file systems")


class Disk:
    """An ext4 file system of its own in `folder`, mounted at `point`; unmounted at the end."""

    def __init__(self, folder, mib, name="disk", options="errors=remount-ro"):
        self.image = pathlib.Path(folder) / f"{name}.img"
        self.point = pathlib.Path(folder) / name
        self.uuid = str(uuid.uuid4())
        self.options = options
        self.device = None
        self.point.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(mib << 20)
        command("mkfs.ext4", "-q", "-F", "-m", "0", "-U", self.uuid, self.image)

    def __enter__(self):
        try:
            self.device = command("losetup", "--find", "--show", self.image).stdout.strip()
            self.mount()
        except (OSError, subprocess.CalledProcessError) as error:
            self.__exit__()
            support.skip(f"no loop device can be mounted here: {getattr(error, 'stderr', error)}")
        return self

    def mount(self, point=None):
        command("mount", "-o", self.options, self.device, point or self.point)

    def unmount(self, lazily=False, point=None):
        command("umount", *(["-l"] if lazily else []), point or self.point)

    def __exit__(self, *_):
        command("umount", "-l", self.point, check=False)
        if self.device:
            command("losetup", "-d", self.device, check=False)

    def name_in_kernel(self):
        return pathlib.Path(self.device).name


class MemoryDisk:
    """A tmpfs of that size."""

    def __init__(self, folder, mib, name="memory"):
        self.point = pathlib.Path(folder) / name
        self.mib = mib
        self.point.mkdir()

    def __enter__(self):
        try:
            command("mount", "-t", "tmpfs", "-o", f"size={self.mib}m", "tarsier-test", self.point)
        except (OSError, subprocess.CalledProcessError) as error:
            support.skip(f"no tmpfs can be mounted here: {getattr(error, 'stderr', error)}")
        return self

    def __exit__(self, *_):
        command("umount", "-l", self.point, check=False)


def fill(path, mib=None):
    """Writes a file of `mib`, or one that takes every byte that is left."""
    block = b"x" * (256 << 10)
    with open(path, "wb", buffering=0) as file:
        try:
            while mib is None or file.tell() < mib << 20:
                file.write(block)
        except OSError:
            block = block[:4096]
            try:
                while mib is None:
                    file.write(block)
            except OSError:
                pass
