#!/usr/bin/python3
"""How many times faster `tarsier reduce` is than reference/hdf5_activity.py, both on the same two cores.

Usage: reduce_ratio.py TARSIER [--frames 2000] [--runs 5] [--folder DIR]. Makes a plain 1224x1024 uint8 recording with
moving content and noise, reads it once so that it lies in the page cache, lets the two take turns, checks that both
found the same activity in every pair and region, and prints the times, their ratio and its spread.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

WIDTH, HEIGHT = 1224, 1024
# Together 54 % of the frame.
CIRCLES = [{"x_px": 204 + 408 * column, "y_px": 256 + 512 * row, "radius_px": 189} for row in range(2) for column in range(3)]
REFERENCE = pathlib.Path(__file__).resolve().parent / "reference" / "hdf5_activity.py"


def write_recording(path, frames):
    """Noise of a camera over a still scene, and one dark animal a region that walks in a circle."""
    random = np.random.default_rng(7)
    noise = random.integers(0, 9, (16, HEIGHT + 64, WIDTH + 64), np.uint8)
    scene = random.integers(60, 180, (HEIGHT // 16, WIDTH // 8), np.uint8).repeat(16, 0).repeat(8, 1)
    with h5py.File(path, "w") as file:
        data = file.create_dataset("frames", (frames, HEIGHT, WIDTH), "u1", chunks=(1, HEIGHT, WIDTH))
        file.attrs["frame_interval"] = 0.1
        for t in range(frames):
            dy, dx = random.integers(0, 64, 2)
            frame = scene + noise[t % 16, dy:dy + HEIGHT, dx:dx + WIDTH]
            for number, circle in enumerate(CIRCLES):
                angle = t / 9 + number
                y = int(circle["y_px"] + 120 * np.sin(angle))
                x = int(circle["x_px"] + 120 * np.cos(angle))
                frame[y - 12:y + 12, x - 12:x + 12] //= 3
            data[t] = frame


def read_once(path):
    """Into the page cache."""
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 24):
            pass


def timed(words):
    begun = time.monotonic()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begun


def rig():
    regions = [{"name": f"well-{i + 1}", "circle": circle} for i, circle in enumerate(CIRCLES)]
    return {"experiment": "bench", "cameras": [{"name": "plate", "regions": regions, "keep": {"frames": "none"}}],
            "memory": {"budget_mib": 256}}


def check_equal(out, reference):
    with h5py.File(out) as file:
        found = file["/tarsier/regions"]["abs_diff_sum"][1:].astype(np.float64)
    expected = np.load(reference)
    if found.shape != expected.shape or not (found == expected).all():
        sys.exit("the activities differ")


def measure(tarsier, folder, frames, runs):
    recording, regions, rig_file = folder / "recording.h5", folder / "regions.json", folder / "rig.json"
    write_recording(recording, frames)
    regions.write_text(json.dumps(CIRCLES))
    rig_file.write_text(json.dumps(rig()))
    read_once(recording)
    pairs = []
    for number in range(runs):
        out = folder / f"out-{number}.h5"
        ours = timed([tarsier, "reduce", recording, "--rig", rig_file, "-o", out])
        theirs = timed(["/usr/bin/python3", REFERENCE, recording, regions, folder / "reference.npy"])
        check_equal(out, folder / "reference.npy")
        pairs.append((ours, theirs))
        print(f"  tarsier reduce {ours:6.2f} s {frames / ours:7.0f} frames/s   reference {theirs:6.2f} s "
              f"{frames / theirs:5.0f} frames/s   ratio {theirs / ours:5.1f}", flush=True)
    return pairs


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("tarsier", type=pathlib.Path)
    arguments.add_argument("--frames", type=int, default=2000)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--folder", help="where the recording of 1.25 MB a frame has room; removed at the end")
    chosen = arguments.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        print(f"{chosen.frames} frames of {WIDTH}x{HEIGHT} uint8, {len(CIRCLES)} regions, 2 cores, file in page cache")
        pairs = measure(chosen.tarsier.resolve(), pathlib.Path(folder), chosen.frames, chosen.runs)
    ratios = [theirs / ours for ours, theirs in pairs]
    print(f"reduce is {np.median(ratios):.1f} times as fast as the Python reference in two processes "
          f"({min(ratios):.1f} to {max(ratios):.1f} in {len(ratios)} runs); activity equal")


if __name__ == "__main__":
    main()
