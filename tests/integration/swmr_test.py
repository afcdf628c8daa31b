"""Several h5py readers follow a segment on a slowed disk: a row that they see has its regions and its frame, and is in
the journal, whose bytes a power cut would leave. And they notice a disk on which that is not so."""

import os
import pathlib
import random
import subprocess
import sys
import time

import h5py
import numpy as np

import read_journal
import support

READERS = 3
SHAPE = (48, 64)
PIXELS = np.arange(SHAPE[0] * SHAPE[1]).reshape(SHAPE)


class Violation(Exception):
    pass


def follow(part, stop):
    """Looks at the growing file again and again until `stop` is there; returns how many rows it saw, and how often."""
    journal = part.with_name(part.name.replace(".h5.part", ".journal"))
    seen = passes = 0
    with h5py.File(part, "r", swmr=True) as file:
        rows, regions, frames = file["/tarsier/rows"], file["/tarsier/regions"], file["/frames"]
        while not stop.exists():
            rows.refresh()
            if len(rows) == seen:
                time.sleep(0.002)
                continue
            new = rows[seen:]
            check(new, journal, regions, frames, seen)
            seen, passes = seen + len(new), passes + 1
    return seen, passes


def check(new, journal, regions, frames, seen):
    records = read_journal.read_journal(journal)["records"] if journal.stat().st_size else []
    safe = {row["frame_id"] for record in records for row in record.get("rows", [])}
    regions.refresh()
    frames.refresh()
    if len(regions) < seen + len(new):
        raise Violation(f"{seen + len(new)} rows, {len(regions)} of regions")
    theirs = regions[seen:seen + len(new)]
    for row, region in zip(new, theirs):
        identity, index = int(row["frame_id"]), int(row["stored_index"])
        if row["sum"] != 1000 + identity:
            raise Violation(f"row {identity} is not written yet")
        if [int(r["abs_diff_sum"]) for r in region] != [identity * (i + 1) for i in range(len(region))]:
            raise Violation(f"the regions of row {identity} are not there")
        if index >= len(frames) or not np.array_equal(frames[index], (7 * identity + PIXELS) % 251):
            raise Violation(f"the frame of row {identity} is not there")
        if identity not in safe:
            raise Violation(f"row {identity} is not in the journal: a power cut would undo it")


def read(part, stop):
    try:
        print("rows", *follow(part, stop))
    except Violation as what:
        print("violation:", what)
        return 1
    return 0


def watch(folder, seconds, *lie):
    """Runs a writer and its readers; returns what each reader said, and how many frames the writer stored."""
    seed = os.environ.get("TARSIER_SEED", str(random.randrange(2**32)))
    print("TARSIER_SEED =", seed, *lie)
    stop = folder / "stop"
    writer = subprocess.Popen([support.BUILD / "bin" / "swmr_writer", folder / "run", seed, *lie], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    part = support.wait_until(lambda: next((folder / "run").glob("*/*.part"), None), "the segment")
    support.wait_until(lambda: part.with_name(part.name.replace(".h5.part", ".journal")).exists(), "its journal")
    readers = [subprocess.Popen([sys.executable, __file__, part, stop], stdout=subprocess.PIPE, text=True)
               for _ in range(READERS)]
    time.sleep(seconds)
    stop.touch()
    said = [reader.communicate(timeout=60)[0].strip() for reader in readers]
    stored, _ = writer.communicate(timeout=60)
    assert writer.returncode == 0
    return said, stored.strip()


def rows_that_readers_see_are_whole_and_safe():
    with support.Scratch() as folder:
        said, stored = watch(folder, float(os.environ.get("TARSIER_SWMR_S", 25)))
        print(*said, sep="\n")
        for words in said:
            kind, *counts = words.split()
            assert kind == "rows" and int(counts[0]) > 200 and int(counts[1]) > 10, words
        segment, = (folder / "run").glob("*/*.h5")
        with h5py.File(segment) as file:
            assert len(file["/tarsier/rows"]) == int(stored) > 200


def readers_notice_a_row_that_is_not_safe():
    with support.Scratch() as folder:
        said, _ = watch(folder, 5, "late_journal")
        assert all("is not in the journal" in words for words in said), said


def readers_notice_a_row_without_its_frame():
    with support.Scratch() as folder:
        said, _ = watch(folder, 5, "late_frames")
        assert all("is not there" in words for words in said), said


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(read(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
    support.main([rows_that_readers_see_are_whole_and_safe, readers_notice_a_row_that_is_not_safe,
                  readers_notice_a_row_without_its_frame])
