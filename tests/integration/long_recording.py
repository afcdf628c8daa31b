#!/usr/bin/python3
"""Writes a run that looks like two weeks of animals: a sample each 5 s, day and night, gaps, a flash of light.

Usage: long_recording.py FOLDER [DAYS [REGIONS]]. The folder gets run.json and one segment a day, in the layout of
src/store/FORMAT.md, as far as a report reads it. A generator with a fixed seed: the same run each time.
"""

import json
import pathlib
import sys

import h5py
import numpy as np

SECOND = 10 ** 9
INTERVAL_S = 5
STARTED = 1_767_265_200  # 2026-01-01T11:00:00Z
WIDTH, HEIGHT = 306, 256

ROWS = np.dtype([("frame_id", "<u8"), ("stored_index", "<i8"), ("sensor_ns", "<i8"), ("monotonic_ns", "<i8"),
                 ("utc_ns", "<i8"), ("pair_ns", "<i8"), ("flags", "<u4"), ("n", "<u8"), ("abs_diff_sum", "<u8"),
                 ("changed", "<u8"), ("sum", "<u8"), ("sum_sq", "<u8"), ("min", "<u2"), ("max", "<u2")])
REGIONS = np.dtype([("abs_diff_sum", "<u8"), ("changed", "<u4"), ("sum", "<u8"), ("sum_sq", "<u8"), ("min", "<u2"),
                    ("max", "<u2")])
CAUSES = h5py.enum_dtype({name: i for i, name in enumerate(
    ["driver", "restart", "crash", "ring_full", "disk_full", "corrupted", "failed", "shutdown", "no_sample"])}, "u1")
KINDS = h5py.enum_dtype({name: i for i, name in enumerate(
    ["mark", "clock_step", "camera_restart", "config", "storage", "trigger", "thermal", "run"])}, "u1")
GAPS = np.dtype([("first_id", "<u8"), ("last_id", "<u8"), ("cause", CAUSES), ("estimated", bool),
                 ("start_utc_ns", "<i8"), ("end_utc_ns", "<i8")])
EVENTS = np.dtype([("utc_ns", "<i8"), ("monotonic_ns", "<i8"), ("kind", KINDS), ("first_id", "<u8"),
                   ("last_id", "<u8"), ("value", "<f8"), ("text", h5py.string_dtype("utf-8", 64))])
PROJECTIONS = np.dtype([("first_id", "<u8"), ("last_id", "<u8"), ("count", "<u8"), ("start_utc_ns", "<i8"),
                        ("end_utc_ns", "<i8")])

# Hours from the start, length in hours, cause: what nobody recorded.
OUTAGES = [(50.5, 0.25, "driver"), (101, 7.5, "crash"), (240.2, 1.5, "restart")]


def region_names(count):
    return [f"{'ABCDEFGH'[i // 6 % 8]}{i % 6 + 1}" + ("" if i < 48 else f"-{i}") for i in range(count)]


def masks_of(count):
    """A plate of wells, six in a line."""
    lines = -(-count // 6)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    radius = 0.42 * min(WIDTH / 6, HEIGHT / lines)
    centres = [((i % 6 + 0.5) * WIDTH / 6, (i // 6 + 0.5) * HEIGHT / lines) for i in range(count)]
    return np.array([((x - cx) ** 2 + (y - cy) ** 2 <= radius ** 2) for cx, cy in centres])


def activity(hours, region, random):
    """Mean activity of an animal: awake in its night, which drifts a little, and in bouts."""
    period = 24 + 0.08 * (region % 5 - 2)
    awake = 0.5 - 0.5 * np.cos(2 * np.pi * (hours + 11 - 1.5 * (region % 3)) / period)
    bouts = (random.random(len(hours)) < 0.03 + 0.35 * awake ** 3).astype(float)
    return 0.0002 + random.exponential(0.004 * (1 + region % 4), len(hours)) * bouts * (0.2 + awake)


def missing(hours):
    return np.any([(hours >= start) & (hours < start + length) for start, length, _ in OUTAGES], axis=0)


def gap_rows(start_id, end_id, first_s):
    rows = []
    for start, length, cause in OUTAGES:
        begin = int(start * 3600 / INTERVAL_S)
        end = int((start + length) * 3600 / INTERVAL_S) - 1
        if start_id <= begin < end_id:
            cause_number = h5py.check_enum_dtype(CAUSES)[cause]
            rows.append((begin, end, cause_number, cause != "driver", (first_s + begin * INTERVAL_S) * SECOND,
                         (first_s + (end + 1) * INTERVAL_S) * SECOND))
    return np.array(rows, GAPS)


def scene(masks, random):
    image = 60 + 25 * np.hypot(*(np.mgrid[-1:1:HEIGHT * 1j, -1:1:WIDTH * 1j]))
    image[masks.any(axis=0)] += 70
    return np.clip(image + random.normal(0, 2, image.shape), 0, 255).astype(np.uint8)


def write_projections(file, masks, start_s, random):
    count = 6
    group = file.create_group("tarsier/projections")
    still = scene(masks, random)
    mean, brightest = [], []
    for k in range(count):
        spots = still.astype(int)
        for mask in masks:
            y, x = np.argwhere(mask)[random.integers(mask.sum())]
            spots[max(y - 3, 0):y + 4, max(x - 3, 0):x + 4] += 60
        mean.append((still + (spots - still) / 6).clip(0, 255))
        brightest.append(spots.clip(0, 255))
    group["mean"] = np.array(mean, np.uint8)
    group["max"] = np.array(brightest, np.uint8)
    length = 86400 // count
    group["rows"] = np.array([(0, 0, length // INTERVAL_S, (start_s + k * length) * SECOND,
                               (start_s + (k + 1) * length) * SECOND) for k in range(count)], PROJECTIONS)


def write_segment(path, number, first_id, end_id, masks, random, run):
    """Samples first_id up to end_id. Returns how many rows that are."""
    ids = np.arange(first_id, end_id)
    hours = ids * INTERVAL_S / 3600
    there = ~missing(hours)
    ids, hours = ids[there], hours[there]
    pixels = masks.sum(axis=(1, 2))
    rows = np.zeros(len(ids), ROWS)
    rows["frame_id"], rows["stored_index"] = ids, -1
    rows["utc_ns"] = (STARTED + ids * INTERVAL_S) * SECOND
    rows["sensor_ns"] = rows["monotonic_ns"] = ids * INTERVAL_S * SECOND
    before = np.concatenate([[ids[0] - 1], ids[:-1]])
    rows["pair_ns"] = (ids - before) * INTERVAL_S * SECOND
    rows["flags"][ids - before > 1] = 8
    if first_id == 0:
        rows["flags"][0], rows["pair_ns"][0] = 1, -1
    regions = np.zeros((len(ids), len(masks)), REGIONS)
    for r, n in enumerate(pixels):
        mean = activity(hours, r, random)
        mean[ids == 100_000] = 0.4  # somebody switched on the light
        regions["abs_diff_sum"][:, r] = (mean * n * 255).astype(np.uint64)
        regions["changed"][:, r] = np.minimum(mean * 4, 1) * n
    rows["n"] = WIDTH * HEIGHT
    rows["abs_diff_sum"] = regions["abs_diff_sum"].sum(axis=1)
    events = [(STARTED * SECOND, 0, 7, 0, 0, 0, b"begun")] if number == 1 else []
    events += [(rows["utc_ns"][-1], 0, 6, 0, 0, 41.5, "warm <b>box</b> 31 °C".encode())] if number == 3 else []
    with h5py.File(path, "w", libver="v110") as file:
        file.attrs.update({"experiment_name": run["experiment"], "software": "a test", "finalized": True})
        file["tarsier/rows"] = rows
        file.create_dataset("tarsier/regions", data=regions, chunks=(64, len(masks)))
        file["tarsier/gaps"] = gap_rows(first_id, end_id, STARTED)
        file["tarsier/events"] = np.array(events, EVENTS)
        file["rois/masks"] = (masks * 255).astype(np.uint8)
        described = [{"name": name, "labels": {"genotype": "mutant" if r % 2 else "wild type"}, "n": int(n)}
                     for r, (name, n) in enumerate(zip(region_names(len(masks)), pixels))]
        file["tarsier"].attrs.update({
            "format": 1, "run": run["run"], "device": run["device"], "camera": "plate", "segment": number,
            "camera_model": "simulated", "pixel": "gray8", "largest_value": 255, "changed_threshold": 15,
            "sample_interval_s": float(INTERVAL_S), "nominal_interval_s": float(INTERVAL_S), "live": True,
            "started_monotonic_ns": 0,
            "regions": json.dumps(described), "ledger": json.dumps(run["cameras"][0]["ledger"])})
        write_projections(file, masks, STARTED + first_id * INTERVAL_S, random)
    return len(ids)


def write_run(folder, days=14, regions=24, experiment="sleep of larvae"):
    """Makes the run's folder; returns its manifest."""
    folder = pathlib.Path(folder)
    (folder / "plate").mkdir(parents=True)
    random = np.random.default_rng(7)
    total = int(days * 86400 / INTERVAL_S)
    lost = int(missing(np.arange(total) * INTERVAL_S / 3600).sum())
    camera = {"name": "plate", "segments": [],
              "ledger": {"delivered": 10 * (total - lost), "stored": 0, "reduced_only": total - lost,
                         "skipped": {"sampled_out": 9 * (total - lost), "averaged": 0},
                         "dropped": {"ring_full": 0, "disk_full": 0, "corrupted": 0, "failed": 0, "shutdown": 0},
                         "missed": {"driver": 180, "restart": lost - 180 if lost > 180 else 0}, "repeated": 0},
              "samples": {"expected": total, "taken": total - lost, "missed": lost}}
    run = {"run": "sleep_box-3_20260101_110000", "experiment": experiment, "device": "box-3",
           "started": "2026-01-01T11:00:00.000Z", "ended": "2026-01-15T11:00:00.000Z", "cameras": [camera]}
    masks = masks_of(regions)
    day = 86400 // INTERVAL_S
    for number, first in enumerate(range(0, total, day), 1):
        name = f"plate/sleep_plate_{number:06}.h5"
        rows = write_segment(folder / name, number, first, min(first + day, total), masks, random, run)
        camera["segments"].append({"file": name, "first_id": first, "last_id": first + day - 1, "frames": 0, "rows": rows,
                                   "bytes": 0, "sha256": None, "sealed": True})
    (folder / "run.json").write_text(json.dumps(run))
    return run


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    write_run(sys.argv[1], *(float(n) if i == 0 else int(n) for i, n in enumerate(sys.argv[2:])))
