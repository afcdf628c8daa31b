"""A disk that stands still for two seconds, and 50 rotations in a row: no frame is dropped."""

import contextlib
import json
import os
import subprocess
import sys
import time

import h5py

import support

PORT = 18476
FPS = 30


@contextlib.contextmanager
def small_disk(folder, mib):
    """A file system of its own in a file, which can be frozen; skips where that is not allowed."""
    image, place = folder / "disk.img", folder / "disk"
    place.mkdir()
    if os.geteuid() != 0:
        support.skip("mounting needs root")
    with open(image, "wb") as file:
        file.truncate(mib << 20)
    for command in (["mkfs.ext4", "-q", "-F", image], ["mount", "-o", "loop", image, place]):
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            support.skip(f"{command[0]} is not here")
        if done.returncode != 0:
            support.skip(f"no loop mount here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def frozen(place, seconds):
    """Freezes the file system; nothing that writes to it comes back before it thaws. Returns for how long."""
    begun = time.monotonic()
    subprocess.run(["fsfreeze", "-f", place], check=True)
    try:
        time.sleep(seconds)
    finally:
        subprocess.run(["fsfreeze", "-u", place], check=True)
    return time.monotonic() - begun


def camera_document(store, **more_of_store):
    document = support.rig(store, support.test_camera(1224, 1024, FPS), memory={"budget_mib": 512},
                           control={"listen": f"127.0.0.1:{PORT}"})
    document["store"].update(more_of_store)
    return document


def ledger():
    status = support.get_json(PORT)
    return status["cameras"][0]["ledger"] if status and status["cameras"] else None


def wait_for_frames(process, count):
    def enough():
        assert process.poll() is None, process.communicate()
        now = ledger()
        return now and now["stored"] >= count

    support.wait_until(enough, f"{count} frames")


def stop(process):
    process.terminate()
    out, error = process.communicate(timeout=60)
    assert process.returncode == 0, (out, error)


def nothing_was_lost(store):
    """Reads the run back: every frame from the first to the last is stored. Returns its segments and frames."""
    manifest, = store.glob("*/run.json")
    camera = json.loads(manifest.read_text())["cameras"][0]
    support.delivered_is_accounted_for(camera["ledger"])
    for outcomes in (camera["ledger"]["dropped"], camera["ledger"]["missed"]):
        assert not any(outcomes.values()), camera["ledger"]
    assert camera["gaps"] == [] and all(segment["sealed"] for segment in camera["segments"])
    expected = 0
    for segment in camera["segments"]:
        with h5py.File(manifest.parent / segment["file"]) as file:
            ids = file["/tarsier/rows"]["frame_id"].tolist()
            assert ids == list(range(expected, expected + len(ids))), (segment, expected)
            assert len(file["/frames"]) == len(ids)
            assert file["/frames"][-1].any()
            expected += len(ids)
    assert expected == camera["ledger"]["stored"]
    return len(camera["segments"]), expected


def a_disk_that_stalls_for_two_seconds_costs_no_frame():
    with support.Scratch() as folder, small_disk(folder, 2048) as disk:
        process = support.start("run", support.write_rig(folder, camera_document(disk / "store", codec="none")))
        try:
            for turn in range(2):
                wait_for_frames(process, FPS * (3 + 5 * turn))
                seconds = frozen(disk, 2)
                print(f"   stood still for {seconds:.1f} s")
            wait_for_frames(process, ledger()["stored"] + 3 * FPS)
            stop(process)
        finally:
            process.kill()
        nothing_was_lost(disk / "store")


def fifty_rotations_in_a_row_cost_no_frame():
    with support.Scratch() as folder:
        document = camera_document(folder / "store", segment_s=0.2)
        process = support.start("run", support.write_rig(folder, document))
        try:
            wait_for_frames(process, 52 * 0.2 * FPS)
            stop(process)
        finally:
            process.kill()
        segments, frames = nothing_was_lost(folder / "store")
        print(f"   {segments} segments, {frames} frames")
        assert segments > 50


if __name__ == "__main__":
    support.main([fifty_rotations_in_a_row_cost_no_frame] if sys.argv[1:] == ["rotations"] else
                 [a_disk_that_stalls_for_two_seconds_costs_no_frame])
