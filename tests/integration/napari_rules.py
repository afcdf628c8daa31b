#!/usr/bin/python3
"""Checks a sealed segment against the rules by which napari-hdf5-activity reads a file.

    napari_rules.py FILE...

Prints a line for each rule; exit code 0 when all hold, 1 when one is broken, 2 for wrong use. Shares no code with the
product.
"""
import json
import sys

import h5py
import numpy as np

ROOT_TEXTS = {"file_version": "2.3", "structure": "timeseries_only", "metadata": None, "experiment_name": None,
              "created_human": None, "software": None, "recording_info": None}
TIMESERIES = {
    "frame_index": "i4", "recording_elapsed_sec": "f8", "actual_intervals": "f4", "expected_intervals": "f4",
    "temperature_celsius": "f4", "humidity_percent": "f4", "ir_led_power": "u1", "white_led_power": "u1",
    "frame_mean_intensity": "f4", "cumulative_drift_sec": "f4", "frame_drift_sec": "f4", "sync_success": "?",
    "phase_transition": "?", "capture_method": None,
}
METHODS = {b"captured", b"replayed", b"missing_repeated"}


class Checker:
    def __init__(self):
        self.broken = 0

    def rule(self, name, holds, found=""):
        self.broken += not holds
        print(f"{'ok    ' if holds else 'BROKEN'} {name}" + ("" if holds else f": found {found!r}"))
        return bool(holds)


def check_root(check, file):
    attributes = file.attrs
    for name, expected in ROOT_TEXTS.items():
        value = attributes.get(name)
        check.rule(f"root attribute {name} is a text" + (f" {expected!r}" if expected else ""),
                   isinstance(value, str) and (expected is None or value == expected), value)
    interval = attributes.get("frame_interval")
    check.rule("root attribute frame_interval is a positive float64",
               isinstance(interval, np.float64) and interval > 0, interval)
    check.rule("root attribute created is a float64", isinstance(attributes.get("created"), np.float64),
               attributes.get("created"))
    check.rule("root attribute finalized is a true bool",
               isinstance(attributes.get("finalized"), np.bool_) and bool(attributes["finalized"]),
               attributes.get("finalized"))
    datasets = sorted(name for name in file if isinstance(file[name], h5py.Dataset))
    check.rule("the only root datasets are frames and timestamps", set(datasets) <= {"frames", "timestamps"}, datasets)
    groups = [name for name in file if isinstance(file[name], h5py.Group)]
    check.rule("no root group is named frames", "frames" not in groups, groups)


def check_json(check, file, frames):
    interval = file.attrs.get("frame_interval")
    metadata = json.loads(file.attrs.get("metadata", "{}"))
    check.rule("metadata.frame_interval is frame_interval", metadata.get("frame_interval") == interval, metadata)
    info = json.loads(file.attrs.get("recording_info", "{}"))
    check.rule("recording_info.interval_seconds is frame_interval", info.get("interval_seconds") == interval, info)
    check.rule("recording_info.actual_frames is N", info.get("actual_frames") == frames, info)
    check.rule("recording_info.expected_frames is an integer", isinstance(info.get("expected_frames"), int), info)
    check.rule("actual_frames is N", file.attrs.get("actual_frames") == frames, file.attrs.get("actual_frames"))


def check_frames(check, file):
    """Returns N."""
    if "frames" not in file:
        check.rule("without /frames there is no /images", "images" not in file)
        return len(file["timestamps"])
    frames = file["frames"]
    check.rule("/frames is (N,H,W) of uint8 or uint16", frames.ndim == 3 and frames.dtype in (np.uint8, np.uint16),
               (frames.shape, frames.dtype))
    check.rule("/images/frames is the same dataset", file.get("images/frames") == frames)
    check.rule("/frames needs no filter plugin", frames.compression in (None, "gzip"), frames.compression)
    if len(frames):
        check.rule("first and last frame can be read",
                   frames[0].shape == frames.shape[1:] and frames[-1].shape == frames.shape[1:])
    return len(frames)


def check_timeseries(check, file, frames):
    times = file["timestamps"]
    check.rule("/timestamps is (N) float64", times.shape == (frames,) and times.dtype == np.float64,
               (times.shape, times.dtype))
    group = file["timeseries"]
    fixed = group.attrs.get("expected_intervals_fixed")
    check.rule("/timeseries.expected_intervals_fixed is a true bool", isinstance(fixed, np.bool_) and bool(fixed), fixed)
    for name, value in (("unit_standard", "seconds"), ("x_axis", "recording_elapsed_sec")):
        check.rule(f"/timeseries.{name} is {value!r}", group.attrs.get(name) == value, group.attrs.get(name))
    check.rule("/timeseries has exactly its columns", set(group) == set(TIMESERIES), sorted(group))
    for name, kind in TIMESERIES.items():
        column = group.get(name)
        if not check.rule(f"/timeseries/{name} has N entries", column is not None and column.shape == (frames,),
                          column and column.shape):
            continue
        typed = column.dtype.kind in "SO" if kind is None else column.dtype == np.dtype(kind)
        check.rule(f"/timeseries/{name} is {kind or 'text'}", typed, column.dtype)
    check.rule("frame_index counts from 0", np.array_equal(group["frame_index"][:], np.arange(frames)))
    check.rule("recording_elapsed_sec is /timestamps", np.array_equal(group["recording_elapsed_sec"][:], times[:]))
    methods = set(group["capture_method"][:].tolist())
    check.rule("capture_method is one of the known", methods <= METHODS, methods)
    repeated = group["capture_method"][:] == b"missing_repeated"
    check.rule("sync_success is false where a frame is repeated", not group["sync_success"][:][repeated].any())
    check.rule("no Unix capture_timestamps", "capture_timestamps" not in group and "capture_timestamps" not in file)


def check_regions(check, file):
    masks = file["rois/masks"]
    size = masks.shape[1:]
    check.rule("/rois/masks is (R,H,W) uint8", masks.ndim == 3 and masks.dtype == np.uint8, (masks.shape, masks.dtype))
    if "frames" in file:
        check.rule("masks have the frames' size", size == file["frames"].shape[1:], size)
    check.rule("/rois/masks.n_rois is R", masks.attrs.get("n_rois") == len(masks), masks.attrs.get("n_rois"))
    check.rule("/rois/masks.mask_shape is (H,W)", tuple(masks.attrs.get("mask_shape", ())) == size)
    for i, mask in enumerate(masks):
        check.rule(f"mask {i} is 0 and 255 and not empty", set(np.unique(mask)) <= {0, 255} and mask.any())
    return len(masks)


def check_analysis(check, file, regions):
    group = file["analysis"]
    pairs = max(len(file["tarsier/rows"]) - 1, 0)
    times = group["timestamps_sec"]
    check.rule("/analysis/timestamps_sec is (P-1)", times.shape == (pairs,), times.shape)
    check.rule("/analysis has timestamps_sec and one series a region",
               set(group) == {"timestamps_sec"} | {f"roi_{i}_activity" for i in range(regions)}, sorted(group))
    for i in range(regions):
        series = group.get(f"roi_{i}_activity")
        if not check.rule(f"/analysis/roi_{i}_activity is (P-1) float32",
                          series is not None and series.shape == (pairs,) and series.dtype == np.float32):
            continue
        values = series[:]
        values = values[~np.isnan(values)]
        check.rule(f"/analysis/roi_{i}_activity lies in 0..1", bool(((values >= 0) & (values <= 1)).all()))


def check_file(path):
    check = Checker()
    with h5py.File(path, "r") as file:
        frames = check_frames(check, file)
        check_root(check, file)
        check_json(check, file, frames)
        check_timeseries(check, file, frames)
        check_analysis(check, file, check_regions(check, file))
    print(f"{path}: {check.broken} rules broken")
    return check.broken


def main(paths):
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    broken = 0
    for path in paths:
        try:
            broken += check_file(path)
        except (OSError, KeyError, ValueError, IndexError) as error:
            print(f"BROKEN {path}: {error}")
            broken += 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
