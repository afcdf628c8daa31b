#!/usr/bin/python3
"""Checks what `tarsier export` wrote against the segments that it was made from.

    export_rules.py FOLDER CAMERA BIN_MIN LIGHTS_ON SEGMENT...

Checks whatever forms lie in FOLDER; LIGHTS_ON is HH:MM of UTC (export under TZ=UTC) or -. Shares no code with the product.
"""
import csv
import datetime
import json
import pathlib
import sys

import h5py
import numpy as np


class Recording:
    """All segments of a camera, joined."""

    def __init__(self, paths):
        files = [h5py.File(path, "r") for path in paths]
        attributes = files[0]["tarsier"].attrs
        self.attributes = attributes
        self.rows = np.concatenate([file["tarsier/rows"][:] for file in files])
        self.regions = np.concatenate([file["tarsier/regions"][:] for file in files])
        self.described = json.loads(attributes["regions"])
        self.frames = np.concatenate([f["frames"][:] for f in files]) if "frames" in files[0] else None
        self.none = ((self.rows["flags"] & (1 | 4 | 8)) != 0) | (self.rows["pair_ns"] < 0)
        if self.described:
            n = np.array([region["n"] for region in self.described], float)
            difference, changed = self.regions["abs_diff_sum"], self.regions["changed"]
        else:
            n = self.rows["n"][:, None].astype(float)
            difference, changed = self.rows["abs_diff_sum"][:, None], self.rows["changed"][:, None]
        self.names = [region["name"] for region in self.described] or ["whole frame"]
        self.mean = np.where(self.none[:, None], np.nan, difference / (n * attributes["largest_value"]))
        self.changed = np.where(self.none[:, None], np.nan, changed / n)
        origin = attributes["started_monotonic_ns"] if attributes["live"] else self.rows["sensor_ns"][0]
        self.elapsed = (self.rows["sensor_ns"] - origin) / 1e9
        interval = attributes["sample_interval_s"]
        self.interval = interval if np.isfinite(interval) else attributes["nominal_interval_s"]


def number(text, missing):
    return np.nan if text == missing else float(text)


def check_csv(folder, camera, recording):
    with open(folder / f"{camera}_rows.csv", newline="") as file:
        lines = list(csv.DictReader(file))
    rows = recording.rows
    assert len(lines) == len(rows)
    for name in ("frame_id", "stored_index", "utc_ns", "pair_ns", "flags", "n", "abs_diff_sum", "changed", "sum",
                 "sum_sq", "min", "max"):
        assert [int(line[name]) for line in lines] == rows[name].tolist(), name
    assert [line["mean_activity"] == "" for line in lines] == recording.none.tolist()
    assert [float(line["elapsed_s"]) for line in lines] == recording.elapsed.tolist()
    with open(folder / f"{camera}_regions.csv", newline="") as file:
        lines = list(csv.DictReader(file))
    count = len(recording.names)
    assert [line["region"] for line in lines] == recording.names * len(rows)
    for name, values in (("mean_activity", recording.mean), ("changed_fraction", recording.changed)):
        got = np.array([number(line[name], "") for line in lines]).reshape(-1, count)
        assert np.array_equal(got, values, equal_nan=True), name


def check_npy(folder, camera, recording):
    activity = np.load(folder / f"{camera}_activity.npy")
    assert activity.dtype == np.float64 and np.array_equal(activity, recording.mean[1:], equal_nan=True)
    assert np.array_equal(np.load(folder / f"{camera}_utc_ns.npy"), recording.rows["utc_ns"])
    assert (folder / f"{camera}_regions.txt").read_text().splitlines() == recording.names
    frames = folder / f"{camera}_frames.npy"
    assert frames.exists() == (recording.frames is not None)
    if recording.frames is not None:
        got = np.load(frames, mmap_mode="r")
        assert got.dtype == recording.frames.dtype and np.array_equal(got, recording.frames)


def check_results(folder, camera, recording):
    with h5py.File(folder / f"{camera}_results.h5") as file:
        assert file.attrs["version"] == "2.0"
        assert file["analysis_parameters/core"].attrs["frame_interval"] > 0
        group = file["core_analysis/movement_data"]
        assert set(group) == {f"roi_{i + 1}" for i in range(len(recording.names))}
        for i in range(len(recording.names)):
            roi = group[f"roi_{i + 1}"]
            series = roi["timeseries"][:]
            assert series.dtype == np.dtype([("time", "<f8"), ("value", "<f8")])
            assert np.array_equal(series["time"], recording.elapsed[:-1])
            assert np.array_equal(series["value"], recording.mean[1:, i], equal_nan=True)
            assert roi.attrs["roi_id"] == i + 1 and roi.attrs["n_samples"] == len(series)
            assert roi.attrs["duration_seconds"] == series["time"][-1] - series["time"][0]
            assert all(isinstance(t, float) for t, _ in [(float(t), float(v)) for t, v in series[:3]])


def check_tidy(folder, camera, recording, bin_min, lights_on):
    with open(folder / "tidy.csv", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["camera"] == camera]
    width = round(bin_min * 60) * 10 ** 9
    utc = recording.rows["utc_ns"]
    bins = utc // width
    count, regions = int(bins.max() - bins.min()) + 1, len(recording.names)
    assert len(lines) == count * regions, (len(lines), count, regions)
    lit = None if lights_on == "-" else int(lights_on[:2]) * 60 + int(lights_on[3:])
    first, last = utc.min(), utc.max()
    for b in range(count):
        start = int(bins.min() + b) * width
        expected = round((min(start + width, last) - max(start, first)) / 1e9 / recording.interval)
        inside = (bins == bins.min() + b) & ~recording.none
        for r in range(regions):
            line = lines[b * regions + r]
            assert line["region"] == recording.names[r] and int(line["unix_s"]) == start // 10 ** 9
            begun = datetime.datetime.fromtimestamp(start / 1e9, datetime.timezone.utc)
            assert datetime.datetime.fromisoformat(line["bin_start_local"]) == begun
            minutes = begun.hour * 60 + begun.minute + begun.second / 60
            zeitgeber = "NA" if lit is None else (minutes - lit) % 1440 / 60
            assert line["zeitgeber_h"] == zeitgeber or abs(float(line["zeitgeber_h"]) - zeitgeber) < 1e-9
            assert int(line["pairs"]) == inside.sum()
            for name, values in (("mean_activity", recording.mean), ("changed_fraction", recording.changed)):
                value = number(line[name], "NA")
                wanted = values[inside, r].mean() if inside.any() else np.nan
                assert np.isclose(value, wanted, rtol=1e-12, atol=0, equal_nan=True), (name, b, r, value, wanted)
            if expected > 1:
                share = max(0, expected - inside.sum()) / expected
                assert abs(number(line["missing_share"], "NA") - share) <= 1 / expected
            for key, label in (recording.described[r]["labels"] if recording.described else {}).items():
                assert line[key] == label


def main(arguments):
    folder, camera, bin_min, lights_on, *segments = arguments
    folder, recording = pathlib.Path(folder), Recording(segments)
    checked = 0
    for mark, check in ((f"{camera}_rows.csv", check_csv), (f"{camera}_activity.npy", check_npy),
                        (f"{camera}_results.h5", check_results)):
        if (folder / mark).exists():
            check(folder, camera, recording)
            checked += 1
    if (folder / "tidy.csv").exists():
        check_tidy(folder, camera, recording, float(bin_min), lights_on)
        checked += 1
    assert checked, "nothing to check"
    print(f"{checked} forms agree with {len(segments)} segments")


if __name__ == "__main__":
    main(sys.argv[1:])
