#!/usr/bin/env python3
"""Kills a recording again and again and looks whether everything that was safe comes back: kill_test.py [KILLS [SEED]]

200 frames a second are kept; each kill -9 comes at a random moment, also while the start after the last one is still
recovering beside the new recording. Half of the kills with the default sync interval, half with a shorter one.
"""
import glob
import json
import os
import pathlib
import random
import signal
import struct
import sys
import threading
import time

import h5py

import support
from read_journal import read_journal
from support import Scratch, delivered_is_accounted_for, must, rig, start, wait_until, write_rig

FPS = 200
# A commit syncs twice, and may have to wait for the manifest's two syncs and the folder's; a disk that stalls breaks the
# promise itself.
SYNCS = 5
# From the segment's making to the first frame, on a machine that has other work to do.
START_S = 5.0


def journals(store):
    return set(glob.glob(f"{store}/*/*/*.journal"))


def torn_rows(path):
    """Ids of the rows of a journal, how many of them have a frame, and the arrival of the last."""
    journal = read_journal(path)
    rows = [row for record in journal["records"] for row in record.get("rows", [])]
    return {"began_ns": journal["head"]["started_utc_ns"], "ids": [row["frame_id"] for row in rows],
            "frames": sum(row["stored_index"] >= 0 for row in rows),
            "last_ns": rows[-1]["monotonic_ns"] if rows else None}


def is_unbegun(path):
    """Whether a journal was killed before its head was written."""
    try:
        read_journal(path)
    except (SystemExit, struct.error):
        return True
    return False


class DiskProbe:
    """How long a small write and its sync take on the same disk meanwhile."""

    def __init__(self, folder):
        self.path = folder / "probe"
        self.took = []  # moment of the end and seconds
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def run(self):
        with open(self.path, "wb", buffering=0) as file:
            while not self.over.wait(0.02):
                begin = time.monotonic()
                file.write(bytes(4096))
                os.fdatasync(file.fileno())
                self.took.append((time.monotonic(), time.monotonic() - begin))

    def worst_s(self, within_s):
        since = time.monotonic() - within_s
        return max((seconds for end, seconds in self.took if end > since), default=0)


class Killing:
    """One run that is killed many times."""

    def __init__(self, folder, sync_ms, seed, probe):
        self.probe = probe
        self.store = folder / "store"
        self.random = random.Random(seed)
        self.sync_s = sync_ms / 1000
        camera = support.test_camera(96, 64, FPS)
        document = rig(self.store, camera)
        document["store"].update(segment_s=3, sync_interval_ms=sync_ms)
        self.rig = write_rig(folder, document)
        self.promised = {}  # by final name: what its journal held when it was torn
        self.losses = []

    def begin(self):
        self.before = before = journals(self.store)
        process = start("run", self.rig)
        wait_until(lambda: process.poll() is not None or journals(self.store) - before, "a new segment", 60)
        assert process.poll() is None, process.communicate()[1]
        return process

    def kill_once(self):
        process = self.begin()
        time.sleep(self.random.uniform(0.0, 2.2))
        killed_ns, killed_utc_ns = time.monotonic_ns(), time.time_ns()
        process.kill()
        errors = process.communicate()[1]
        assert process.returncode == -signal.SIGKILL, (process.returncode, errors)
        self.note_promises(killed_ns, killed_utc_ns)

    def note_promises(self, killed_ns, killed_utc_ns):
        newest = None
        for path in journals(self.store):
            if not pathlib.Path(path.replace(".journal", ".h5.part")).exists() and is_unbegun(path):
                continue
            name = path.replace(".journal", ".h5")
            torn = torn_rows(path)
            assert self.promised.get(name, torn)["ids"] == torn["ids"], name
            self.promised[name] = torn
            if path not in self.before and torn["last_ns"] and (newest is None or torn["last_ns"] > newest):
                newest = torn["last_ns"]
        if newest is not None:
            lost_s = max(0, killed_ns - newest) / 1e9
            self.losses.append(lost_s)
            stall_s = self.probe.worst_s(5)
            # A commit is dated a tenth of the interval early, and two syncs belong to it.
            slow_s = stall_s if stall_s > self.sync_s / 20 else 0
            assert lost_s <= self.sync_s + SYNCS * slow_s, f"{lost_s} s lost, the disk's worst sync took {stall_s} s"
            return
        begun = [self.promised[path.replace(".journal", ".h5")]["began_ns"]
                 for path in journals(self.store) - self.before if path.replace(".journal", ".h5") in self.promised]
        alone_s = (killed_utc_ns - min(begun)) / 1e9 if begun else 0
        assert alone_s <= self.sync_s + START_S, f"nothing is safe {alone_s} s after the start"

    def finish(self):
        process = self.begin()
        wait_until(lambda: process.poll() is not None or len(journals(self.store)) == 1, "the recovery of all", 120)
        assert process.poll() is None, process.communicate()[1]
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=60)[1]
        assert process.returncode == 0, errors

    def check(self, kills):
        run, = glob.glob(f"{self.store}/*/run.json")
        folder = pathlib.Path(run).parent
        left = [name for name in glob.glob(f"{folder}/*/*") if not name.endswith(".h5")]
        assert not left, left
        for name, torn in self.promised.items():
            if not torn["ids"]:
                continue
            with h5py.File(name) as file:
                rows = file["tarsier/rows"][:]
                assert list(rows["frame_id"]) == torn["ids"], name
                assert (rows["stored_index"] >= 0).sum() == torn["frames"] == len(file["frames"]), name
        self.check_whole(folder, json.loads(pathlib.Path(run).read_text(encoding="utf-8")), kills)

    def check_whole(self, folder, manifest, kills):
        camera, = manifest["cameras"]
        files = sorted(str(path.relative_to(folder)) for path in folder.glob("*/*.h5"))
        assert files == [segment["file"] for segment in camera["segments"]], camera["segments"]
        assert all(segment["sealed"] for segment in camera["segments"])
        ids, stored, crashes = [], 0, []
        for name in files:
            with h5py.File(folder / name) as file:
                rows = file["tarsier/rows"][:]
                ids += list(rows["frame_id"])
                stored += int((rows["stored_index"] >= 0).sum())
                crashes += [gap for gap in file["tarsier/gaps"][:] if gap["cause"] == 2]
        assert ids == sorted(set(ids)), "a frame's id comes twice, or out of order"
        ledger = delivered_is_accounted_for(camera["ledger"])
        assert ledger["stored"] == stored == len(ids), (ledger, stored, len(ids))
        assert all(gap["estimated"] and gap["end_utc_ns"] > gap["start_utc_ns"] for gap in crashes), crashes
        assert crashes and len(crashes) <= kills, (len(crashes), kills)
        verified = must(support.run("verify", folder, "--json"))
        assert json.loads(verified.stdout)["whole"], verified.stdout
        self.report(kills, len(ids), len(files))

    def report(self, kills, rows, files):
        losses = sorted(self.losses)
        late = [loss for loss in losses if loss > self.sync_s]
        print(f"{kills} kills, sync interval {self.sync_s} s: {rows} rows in {files} files; lost at a kill: median "
              f"{losses[len(losses) // 2]:.3f} s, most {losses[-1]:.3f} s, {len(late)} above the interval", flush=True)


def main():
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int.from_bytes(os.urandom(4), "little")
    print(f"seed {seed}", flush=True)
    for part, sync_ms in enumerate((1000, 250)):
        with Scratch() as folder, DiskProbe(folder) as probe:
            count = (kills + 1 - part) // 2
            killing = Killing(folder, sync_ms, seed + part, probe)
            for _ in range(count):
                killing.kill_once()
            killing.finish()
            killing.check(count)


if __name__ == "__main__":
    main()
