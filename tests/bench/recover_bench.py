#!/usr/bin/env python3
"""Times `tarsier recover` of a torn segment against copies of the same file: recover_bench.py [FOLDER [MIB [TIMES]]]

A recording without compression is killed when it has so many MiB. Then, in turns: `cp` of its file (into the page
cache), `cp` and a sync of the copy (on the disk, as recovery leaves it), and recovery, with its peak of memory.
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))
import support  # noqa: E402


def make_torn(folder, mib):
    store = folder / "store"
    camera = support.test_camera(1224, 1024, 30, source={"pipeline": "test", "width_px": 1224, "height_px": 1024,
                                                         "fps": 30, "pattern": "ball"})
    document = support.rig(store, camera)
    document["store"].update(codec="none", segment_s=86400, segment_mib=4 * mib)
    process = support.start("run", support.write_rig(folder, document))
    support.wait_until(lambda: any(part.stat().st_size >= mib << 20 for part in store.glob("*/*/*.part")),
                       f"{mib} MiB", 900)
    process.kill()
    process.communicate()
    part, = store.glob("*/*/*.part")
    return part, part.with_name(part.name.replace(".h5.part", ".journal"))


def timed(action):
    begin = time.monotonic()
    result = action()
    return time.monotonic() - begin, result


def copy(part, target, sync):
    subprocess.run(["cp", part, target], check=True)
    if sync:
        with open(target, "rb") as file:
            os.fsync(file.fileno())


def recover(part):
    pid = os.posix_spawn(str(support.TARSIER), ["tarsier", "recover", str(part)], os.environ)
    _, status, usage = os.wait4(pid, 0)
    assert status == 0, status
    return usage.ru_maxrss / 1024


def main():
    base = sys.argv[1] if len(sys.argv) > 1 else None
    mib = int(sys.argv[2]) if len(sys.argv) > 2 else 1024
    times = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tarsier-", dir=base))
    try:
        part, journal = make_torn(folder, mib)
        work = folder / "work"
        work.mkdir()
        figures = {"cp": [], "cp and sync": [], "recover": []}
        peaks = []
        for _ in range(times):
            for name, sync in (("cp", False), ("cp and sync", True)):
                figures[name].append(timed(lambda s=sync: copy(part, work / "copy", s))[0])
                (work / "copy").unlink()
                os.sync()
            torn = work / part.name
            shutil.copy(part, torn)
            shutil.copy(journal, work / journal.name)
            os.sync()
            seconds, peak = timed(lambda: recover(torn))
            figures["recover"].append(seconds)
            peaks.append(peak)
            (work / part.name.replace(".part", "")).unlink()
            os.sync()
        for name, seconds in figures.items():
            print(f"{name:12} median {statistics.median(seconds):6.2f} s  ({min(seconds):.2f} .. {max(seconds):.2f})")
        for name in ("cp", "cp and sync"):
            ratios = [a / b for a, b in zip(figures["recover"], figures[name])]
            print(f"recover / {name}: median {statistics.median(ratios):.2f}  ({min(ratios):.2f} .. {max(ratios):.2f})")
        print(f"{part.stat().st_size >> 20} MiB; peak of memory {max(peaks):.1f} MiB")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
