#!/usr/bin/python3
"""Storing frames against h5py and HDF5's own filters, in turns: store_contest.py path/to/store_turns [TURNS]

Each recording's frames are stored by h5py (gzip level 1; 16-bit frames with shuffle), by H5Dwrite with the same
filters, and on the recorder's path. One thread is compared by its processor time, of the kernel's part too, so that
what others take of a busy machine does not count. Threads side by side are compared by the time of the busiest of
them, which is what they take where each has a core, and by the clock, which a busy machine spoils. A recording is
repeated until it is so long that a file's beginning and end, a millisecond or two, are 3 % at most. Every file is
read back once. The temporary folder holds three files of some 160 MiB.
"""

import glob
import os
import subprocess
import sys
import tempfile
import time

import h5py
import numpy
from PIL import Image

try:  # either lets h5py read filter 32008
    import bitshuffle.h5  # noqa: F401
except ImportError:
    import hdf5plugin  # noqa: F401

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
RECORDINGS = os.path.join(os.path.dirname(SOURCE), "shared", "data")
MEBIBYTE = 1024 * 1024
LEAST_BYTES = 160 * MEBIBYTE
WORKS = ("stock", "deflate-1", "deflate-2", "deflate-3", "deflate-x2", "bitshuffle", "none", "none-x1", "write")


def video(path, width, height, frames=24, step=20):
    """Every `step`th frame, gray as its luma."""
    raw = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-vf", f"select=not(mod(n\\,{step})),extractplanes=y",
         "-vsync", "passthrough", "-frames:v", str(frames), "-f", "rawvideo", "-"], check=True, capture_output=True)
    return numpy.frombuffer(raw.stdout, numpy.uint8).reshape(-1, height, width)


def recordings():
    """Name and frames of each that is here."""
    yield "D02 mouse 640x480", video(os.path.join(SOURCE, "tests/data/mouse.mp4"), 640, 480, 150, 10)
    for name, pattern, width, height in (("D01 flies 1280x960", "D01*/*.mp4", 1280, 960),
                                         ("D03 spider 1920x1080", "D03*/*.mp4", 1920, 1080)):
        for path in glob.glob(os.path.join(RECORDINGS, pattern)):
            yield name, video(path, width, height)
    pages = sorted(glob.glob(os.path.join(RECORDINGS, "D06*", "*.tif")))
    if pages:
        yield "D06 cells 1024x1022 uint16", numpy.stack([numpy.array(Image.open(page)) for page in pages])


def theirs(frames, chunk, path):
    """Processor time in microseconds, that of the busiest thread, clock time, and size, of h5py."""
    if os.path.exists(path):
        os.unlink(path)
    before, clock = time.process_time(), time.monotonic()
    with h5py.File(path, "w", libver="latest") as file:
        dataset = file.create_dataset("frames", frames.shape, frames.dtype, chunks=(chunk, *frames.shape[1:]),
                                      compression="gzip", compression_opts=1, shuffle=frames.dtype.itemsize == 2)
        for first in range(0, len(frames), chunk):
            dataset[first : first + chunk] = frames[first : first + chunk]
    processor = 1e6 * (time.process_time() - before)
    return processor, processor, 1e6 * (time.monotonic() - clock), os.path.getsize(path)


def spread(values):
    low, median, high = numpy.percentile(values, (10, 50, 90))
    return f"{median:6.2f} ({low:.2f} .. {high:.2f})", median


def line(what, values, wanted=None, most=False):
    text, median = spread(values)
    verdict = ""
    if wanted is not None:
        reached = median <= wanted if most else median >= wanted
        verdict = f"; wanted {'at most' if most else 'at least'} {wanted}: {'reached' if reached else 'NOT reached'}"
    print(f"  {what:<56}{text}{verdict}", flush=True)


def read_back(path, frames):
    with h5py.File(path) as file:
        assert numpy.array_equal(file["frames"][:], frames), path


def contest(program, name, frames, turns):
    frames = numpy.concatenate([frames] * -(-LEAST_BYTES // frames.nbytes))
    chunk = max(1, MEBIBYTE // frames[0].nbytes)
    took = {work: [] for work in WORKS + ("h5py",)}
    with tempfile.TemporaryDirectory() as folder:
        raw = os.path.join(folder, "frames.raw")
        frames.tofile(raw)
        ours = subprocess.Popen(
            [program, raw, *map(str, (frames.shape[2], frames.shape[1], frames.itemsize, chunk)), folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        for turn in range(turns + 1):
            measured = {"h5py": theirs(frames, chunk, os.path.join(folder, "h5py"))}
            for work in WORKS:
                ours.stdin.write(work + "\n")
                measured[work] = [float(number) for number in ours.stdout.readline().split()]
                if turn == 0 and work != "write":
                    read_back(os.path.join(folder, "turn"), frames)
            for work, times in measured.items():
                if turn > 0:  # the first turn fills caches
                    took[work].append(times)
        ours.stdin.close()
        ours.wait()
    report(name, frames, {work: numpy.array(times) for work, times in took.items()})


def report(name, frames, took):
    rate = {work: frames.nbytes / times[:, 0] for work, times in took.items()}
    busiest = {work: frames.nbytes / times[:, 1] for work, times in took.items()}
    clock = {work: frames.nbytes / times[:, 2] for work, times in took.items()}
    size = {work: times[:, 3] for work, times in took.items()}
    print(f"{name}, {len(frames)} frames", flush=True)
    print("  MB/s of one core: " + ", ".join(f"{work} {numpy.median(rate[work]):.0f}"
                                             for work in ("h5py", *WORKS) if "-x" not in work))
    line("deflate level 1 / h5py gzip 1, one core", rate["deflate-1"] / rate["h5py"], 4)
    line("deflate level 1 / H5Dwrite + deflate 1, one core", rate["deflate-1"] / rate["stock"], 4)
    line("deflate level 2 / h5py gzip 1, one core", rate["deflate-2"] / rate["h5py"])
    line("deflate level 3 / h5py gzip 1, one core", rate["deflate-3"] / rate["h5py"])
    line("two codec threads / h5py gzip 1, busiest thread", busiest["deflate-x2"] / busiest["h5py"], 7)
    line("two codec threads / H5Dwrite + deflate 1, busiest", busiest["deflate-x2"] / busiest["stock"], 7)
    line("two codec threads / h5py gzip 1, by the clock", clock["deflate-x2"] / clock["h5py"], 7)
    line("two codec threads / H5Dwrite + deflate 1, by the clock", clock["deflate-x2"] / clock["stock"], 7)
    line("file size, deflate level 1 / h5py gzip 1", size["deflate-1"] / size["h5py"], 1.2, True)
    line("file size, deflate level 2 / h5py gzip 1", size["deflate-2"] / size["h5py"], 1.1, True)
    line("bitshuffle-lz4 / deflate level 1, one core", rate["bitshuffle"] / rate["deflate-1"], 1.5)
    line("file size, bitshuffle-lz4 / h5py gzip 1", size["bitshuffle"] / size["h5py"])
    line("none, codec thread and writer / write(2), busiest", busiest["none-x1"] / busiest["write"], 0.9)
    line("none, codec thread and writer / write(2), by the clock", clock["none-x1"] / clock["write"], 0.9)
    line("none, all on one core / write(2)", rate["none"] / rate["write"])


def main():
    print(f"h5py {h5py.version.version}, HDF5 {h5py.version.hdf5_version}; medians (10 % .. 90 %)")
    for name, frames in recordings():
        contest(sys.argv[1], name, frames, int(sys.argv[2]) if len(sys.argv) > 2 else 9)


if __name__ == "__main__":
    main()
