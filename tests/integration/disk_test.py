"""Disks that are full, gone, wrong, frozen or failing while a live camera is recorded: the run goes on, resumes by
itself, says what is missing, and what was sealed stays valid. Real file systems; only root can make them."""

import contextlib
import json
import os
import shutil
import signal
import socket
import sys
import time

import h5py

import disk_support
import support

PORT = 18493
WIDTH, HEIGHT, FPS = 320, 240, 50  # 3.8 MB/s


class Recording:
    """A recording under way."""

    def __init__(self, folder, store, program=None, environment=None, camera=None, **store_keys):
        keys = {"directory": str(store), "codec": "none", "reserve_mib": 8, **store_keys}
        camera = camera or support.test_camera(WIDTH, HEIGHT, FPS, slots=64)
        document = support.rig(store, camera, control={"listen": f"127.0.0.1:{PORT}"})
        document["store"] = keys
        self.path = support.write_rig(folder, document)
        self.error_path = folder / "errors.txt"
        self.store = store
        command = [program] if program else [support.TARSIER, "run"]
        with open(self.error_path, "a", encoding="utf-8") as errors:
            self.process = support.subprocess.Popen(
                [*map(str, command), str(self.path)], stdout=support.subprocess.PIPE, stderr=errors, text=True,
                env={**os.environ, **(environment or {})})

    def status(self):
        assert self.process.poll() is None, self.error_path.read_text()
        return support.get_json(PORT)

    def wait(self, condition, what, limit_s=60):
        def met():
            status = self.status()
            return status and status["cameras"] and condition(status) and status
        return support.wait_until(met, what, limit_s)

    def wait_for_frames(self, more=50):
        before = self.stored(self.wait(lambda status: True, "a status"))
        return self.wait(lambda status: self.stored(status) >= before + more, f"{more} more frames")

    @staticmethod
    def stored(status):
        return status["cameras"][0]["ledger"]["stored"]

    def stop(self, code=0):
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        assert self.process.returncode == code, (self.process.returncode, self.error_path.read_text())
        return self.manifest()

    def manifest(self):
        [path] = self.store.glob("*/run.json")
        return json.loads(path.read_text())["cameras"][0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        if sys.exc_info()[0]:
            print(self.error_path.read_text())


def check_segments(store, camera):
    """Every segment that the manifest calls sealed and not deleted is whole; rows rise by id without a repeat."""
    support.delivered_is_accounted_for(camera["ledger"])
    last, rows_in_all = -1, 0
    for segment in camera["segments"]:
        if not segment["sealed"] or segment["deleted"]:
            continue
        [path] = store.glob(f"*/{segment['file']}")
        with h5py.File(path) as file:
            rows = file["/tarsier/rows"][:]
            assert len(rows) == segment["rows"] and len(file["/frames"]) == segment["frames"], segment
            assert file.attrs["finalized"]
            stored = rows["stored_index"]
            assert (stored >= 0).sum() == segment["frames"], segment
            if len(rows):
                assert (rows["frame_id"][1:] > rows["frame_id"][:-1]).all() and rows["frame_id"][0] > last, segment
                last = int(rows["frame_id"][-1])
            rows_in_all += len(rows)
    return rows_in_all


def causes(camera):
    return {gap["cause"] for gap in camera["gaps"]}


def full_disk(disk):
    """Fills the disk under a recording until frames are dropped, makes room, and looks what became of it."""
    with disk, support.Scratch() as folder:
        store = disk.point / "store"
        filler = disk.point / "filler"
        with Recording(folder, store) as recording:
            recording.wait_for_frames(50)
            ballast = store / "state" / "ballast"
            assert ballast.stat().st_size == 2 << 20, "a quarter of the reserve"
            disk_support.fill(filler, free_mib(disk.point) - 14)
            full = recording.wait(lambda status: status["disk"]["full"], "a full disk")
            dropped = full["cameras"][0]["ledger"]["dropped"]["disk_full"]
            later = recording.wait(
                lambda status: status["cameras"][0]["ledger"]["dropped"]["disk_full"] > dropped + 50, "drops")
            assert later["state"] == "recording" and later["disk"]["hours_left"] in (None, 0), later["disk"]
            support.wait_until(lambda: support.sealed(store), "the seal of what had frames")
            filler.unlink()
            recording.wait(lambda status: not status["disk"]["full"], "room again")
            recording.wait_for_frames(100)
            camera = recording.stop()
        assert not ballast.exists()
        assert "disk_full" in causes(camera), causes(camera)
        assert len(camera["segments"]) >= 2 and all(segment["sealed"] for segment in camera["segments"]), camera
        rows = check_segments(store, camera)
        ledger = camera["ledger"]
        assert rows == ledger["stored"] + ledger["dropped"]["disk_full"], (rows, ledger)


def free_mib(path):
    space = os.statvfs(path)
    return space.f_bavail * space.f_frsize >> 20


def a_full_ext4_costs_frames_but_no_row_and_the_run_resumes_when_there_is_room():
    with support.Scratch() as folder:
        full_disk(disk_support.Disk(folder, 96))


def a_full_tmpfs_does_the_same():
    with support.Scratch() as folder:
        full_disk(disk_support.MemoryDisk(folder, 64))


def a_stop_with_every_byte_of_the_disk_taken_still_seals():
    with support.Scratch() as folder, disk_support.Disk(folder, 64) as disk:
        store = disk.point / "store"
        with Recording(folder, store) as recording:
            recording.wait_for_frames(100)
            disk_support.fill(disk.point / "filler")
            recording.wait(lambda status: status["disk"]["full"], "a full disk")
            camera = recording.stop()
        assert all(segment["sealed"] for segment in camera["segments"]), camera
        assert check_segments(store, camera) >= 100
        assert not list(store.rglob("*.part")), list(store.rglob("*"))


def a_deleted_run_folder_is_made_again():
    with support.Scratch() as folder:
        store = folder / "store"
        with Recording(folder, store) as recording:
            recording.wait_for_frames(50)
            [run] = store.glob("check_*")
            shutil.rmtree(run)
            recording.wait_for_frames(150)
            camera = recording.stop()
        assert list(store.glob("check_*")) == [run]
        present = {**camera, "segments": [s for s in camera["segments"] if (run / s["file"]).exists()]}
        assert check_segments(store, present) >= 100
        assert "set aside" in recording.error_path.read_text()


def a_segment_that_was_set_aside_is_recovered_beside_the_recording():
    with support.Scratch() as folder:
        store, away = folder / "store", folder / "away"
        with Recording(folder, store) as recording:
            recording.wait_for_frames(100)
            [part] = store.glob("*/*/*.part")
            part.rename(away)
            support.wait_until(lambda: "set aside" in recording.error_path.read_text(), "the end of the segment")
            away.rename(part)
            support.wait_until(lambda: support.sealed(store), "its recovery", 60)
            recording.wait_for_frames(50)
            running = support.wait_until(lambda: recording.manifest()["segments"][0]["sealed"] and recording.manifest(),
                                         "its entry in run.json")
            assert running["segments"][0]["frames"] >= 50 and not running["segments"][1]["sealed"], running["segments"]
            assert not part.exists() and len(list(store.glob("*/*/*.journal"))) == 1, "one for the open segment"
            camera = recording.stop()
        assert all(segment["sealed"] for segment in camera["segments"]), camera["segments"]
        check_segments(store, camera)


def a_disk_that_fails_is_waited_for_and_what_was_sealed_is_whole():
    with support.Scratch() as folder, disk_support.Disk(folder, 128) as disk:
        store = disk.point / "store"
        with Recording(folder, store, segment_s=2) as recording:
            recording.wait_for_frames(50)
            support.wait_until(lambda: support.sealed(store), "a sealed segment", 30)
            with open(f"/sys/fs/ext4/{disk.name_in_kernel()}/trigger_fs_error", "w", encoding="ascii") as trigger:
                trigger.write("broken by a test")
            status = recording.wait(lambda status: status["disk"]["trouble"], "trouble")
            before = sum(status["cameras"][0]["ledger"]["dropped"].values())
            recording.wait(lambda status: sum(status["cameras"][0]["ledger"]["dropped"].values()) > before + 100, "drops")
            recording.process.send_signal(signal.SIGTERM)
            recording.process.communicate(timeout=60)
            assert recording.process.returncode == 1, recording.process.returncode
        disk.unmount()
        disk_support.command("e2fsck", "-fy", disk.device, check=False)
        disk.mount()
        for path in support.sealed(store):
            with h5py.File(path) as file:
                assert file.attrs["finalized"] and len(file["/frames"]) == len(file["/tarsier/rows"]), path
        with Recording(folder, store, segment_s=2) as recording:
            recording.wait_for_frames(50)
            recording.stop()


def without_the_required_disk_nothing_is_written_and_with_it_the_run_goes_on():
    with support.Scratch() as folder, disk_support.Disk(folder, 128, "right") as right, \
            disk_support.Disk(folder, 64, "wrong") as wrong:
        point, store = right.point, right.point / "store"
        right.unmount()
        with Recording(folder, store, require_mount=right.uuid) as refused:
            refused.process.communicate(timeout=30)
            assert refused.process.returncode == 1
            assert f"the disk with UUID {right.uuid} is not mounted here" in refused.error_path.read_text()
        assert not list(point.iterdir()), "the empty mount point"
        right.mount()
        with Recording(folder, store, require_mount=right.uuid.upper()) as recording:
            recording.wait_for_frames(50)
            right.unmount(lazily=True)
            recording.wait(lambda status: "is not mounted here" in (status["disk"]["trouble"] or ""), "a missing disk")
            assert not list(point.iterdir()), "the empty mount point"
            wrong.mount(point)
            dropped = recording.status()["cameras"][0]["ledger"]["dropped"]["failed"]
            recording.wait(lambda status: status["cameras"][0]["ledger"]["dropped"]["failed"] > dropped + 100, "drops")
            assert wrong.uuid in recording.status()["disk"]["trouble"]
            assert [path.name for path in point.iterdir()] == ["lost+found"], "the wrong disk"
            wrong.unmount(point=point)
            right.mount()
            recording.wait(lambda status: not status["disk"]["trouble"], "the right disk")
            recording.wait_for_frames(100)
            support.wait_until(lambda: recording.manifest()["segments"][0]["sealed"], "what the cut broke", 60)
            camera = recording.stop()
        assert "failed" in causes(camera), causes(camera)
        check_segments(store, camera)


def a_bind_mount_of_the_required_disk_is_that_disk():
    with support.Scratch() as folder, disk_support.Disk(folder, 64) as disk:
        elsewhere = folder / "elsewhere"
        elsewhere.mkdir()
        (disk.point / "inside").mkdir()
        disk_support.command("mount", "--bind", disk.point / "inside", elsewhere)
        try:
            with Recording(folder, elsewhere / "store", require_mount=disk.uuid) as recording:
                recording.wait_for_frames(20)
                recording.stop()
        finally:
            disk_support.command("umount", "-l", elsewhere)
        assert support.sealed(disk.point / "inside" / "store")


class Manager:
    """What systemd is to a service: hears its messages."""

    def __init__(self, folder):
        self.path = str(folder / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)
        self.environment = {"NOTIFY_SOCKET": self.path, "WATCHDOG_USEC": "1000000"}

    def pings(self):
        count = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                count += b"WATCHDOG=1" in self.socket.recv(4096)
        return count


def a_frozen_disk_is_told_of_while_it_is_frozen_and_costs_nothing():
    with support.Scratch() as folder, disk_support.Disk(folder, 256) as disk:
        store, manager = disk.point / "store", Manager(folder)
        camera = support.test_camera(WIDTH, HEIGHT, 30, slots=64)
        with Recording(folder, store, support.TARSIERD, manager.environment, camera, backlog_s=10) as recording:
            recording.wait_for_frames(50)
            disk_support.command("fsfreeze", "-f", disk.point)
            try:
                frozen = time.monotonic()
                status = recording.wait(lambda status: status["disk"]["blocked"], "a blocked call", 10)
                manager.pings()
                time.sleep(max(0.0, 2 - (time.monotonic() - frozen)))
                assert manager.pings() >= 1, "the service manager heard nothing"
            finally:
                disk_support.command("fsfreeze", "-u", disk.point)
            [call] = status["disk"]["blocked"][:1]
            assert call["seconds"] >= 1 and call["operation"] in ("write", "sync") and str(store) in call["file"], call
            assert call["thread"] in ("recorder", "sync"), call
            recording.wait(lambda status: not status["disk"]["blocked"], "the end of it")
            status = recording.wait_for_frames(50)
            assert status["disk"]["sync"]["max_us"] > 1e6 or status["disk"]["write"]["max_us"] > 1e6, status["disk"]
            disk_support.command("fsfreeze", "-f", disk.point)
            try:
                recording.process.send_signal(signal.SIGTERM)
                time.sleep(0.5)
                manager.pings()
                time.sleep(1.5)
                assert manager.pings() >= 1, "nothing was heard while a stop waited for the disk"
            finally:
                disk_support.command("fsfreeze", "-u", disk.point)
            recording.process.communicate(timeout=60)
            assert recording.process.returncode == 0, recording.error_path.read_text()
        result = recording.manifest()
        assert sum(result["ledger"]["dropped"].values()) == 0, result["ledger"]
        check_segments(store, result)
        assert "blocked in" in recording.error_path.read_text()


def the_oldest_segments_make_room_where_the_rig_says_so():
    with support.Scratch() as folder, disk_support.Disk(folder, 64) as disk:
        store = disk.point / "store"
        with Recording(folder, store, segment_s=2, retention="delete_oldest") as recording:
            recording.wait(lambda status: recording.stored(status) > 1100, "more than fits", 120)
            camera = recording.stop()
        deleted = [segment for segment in camera["segments"] if segment["deleted"]]
        assert deleted and camera["segments"][: len(deleted)] == deleted, "the oldest first"
        assert not any(list(store.glob(f"*/{segment['file']}")) for segment in deleted)
        assert camera["ledger"]["dropped"]["disk_full"] == 0, camera["ledger"]
        check_segments(store, camera)
        texts = []
        for path in support.sealed(store):
            with h5py.File(path) as file:
                texts += [bytes(text) for text in file["/tarsier/events"]["text"]]
        assert any(b"deleted up to" in text for text in texts), texts


def fat_is_refused():
    if not shutil.which("mkfs.vfat"):
        print("not tried: there is no mkfs.vfat")
        return
    with support.Scratch() as folder:
        disk = disk_support.Disk(folder, 64, "fat", "rw")
        disk_support.command("mkfs.vfat", disk.image)
        with disk, Recording(folder, disk.point / "store") as recording:
            recording.process.communicate(timeout=30)
            assert recording.process.returncode == 1
            assert "format the disk as ext4" in recording.error_path.read_text()


if __name__ == "__main__":
    disk_support.need_root()
    support.main([a_full_ext4_costs_frames_but_no_row_and_the_run_resumes_when_there_is_room, a_full_tmpfs_does_the_same,
                  a_stop_with_every_byte_of_the_disk_taken_still_seals, a_deleted_run_folder_is_made_again,
                  a_segment_that_was_set_aside_is_recovered_beside_the_recording,
                  a_disk_that_fails_is_waited_for_and_what_was_sealed_is_whole,
                  without_the_required_disk_nothing_is_written_and_with_it_the_run_goes_on,
                  a_bind_mount_of_the_required_disk_is_that_disk,
                  a_frozen_disk_is_told_of_while_it_is_frozen_and_costs_nothing,
                  the_oldest_segments_make_room_where_the_rig_says_so, fat_is_refused])
