#!/usr/bin/python3
"""Checks that a merged file is its segments, one behind the other.

    merge_rules.py MERGED SEGMENT...

Reads with h5py and works out anew what goes across seams. Exit code 0: it is.
"""
import json
import sys

import h5py
import numpy as np
import xxhash

for plugin in ("bitshuffle.h5", "hdf5plugin"):
    try:
        __import__(plugin)
        break
    except ImportError:
        pass

NAMES = {"frames": "frames", **{kind: f"tarsier/projections/{kind}" for kind in ("mean", "max", "min", "std", "median")},
         **{kind: f"tarsier/correction/{kind}" for kind in ("subtrahend", "factor")}}
AS_THEY_ARE = ("tarsier/regions", "tarsier/gaps", "tarsier/events", "tarsier/environment", "tarsier/projections/rows", "tarsier/storage",
               "timestamps")


def same(a, b):
    if a.dtype.names:
        return a.dtype == b.dtype and a.shape == b.shape and all(same(a[name], b[name]) for name in a.dtype.names)
    nan = a.dtype.kind == "f"
    return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=nan)


def joined(segments, name):
    return np.concatenate([segment[name][:] for segment in segments])


def check_tables(merged, segments):
    for name in AS_THEY_ARE:
        if name in merged:
            assert same(merged[name][:], joined(segments, name)), name
    for kind in ("mean", "max", "min", "std", "median"):
        name = f"tarsier/projections/{kind}"
        if name in merged:
            assert same(merged[name][:], joined(segments, name)), name
    assert same(merged["rois/masks"][:], segments[0]["rois/masks"][:])


def check_frames(merged, segments):
    rows = joined(segments, "tarsier/rows")
    kept = rows["stored_index"] >= 0
    rows["stored_index"][kept] = np.arange(kept.sum())
    assert same(merged["tarsier/rows"][:], rows)
    if "frames" not in merged:
        assert all("frames" not in segment for segment in segments)
        return
    assert merged["images/frames"] == merged["frames"]
    at = 0
    for segment in segments:
        frames = segment["frames"][:]
        assert same(merged["frames"][at:at + len(frames)], frames)
        at += len(frames)
    assert len(merged["frames"]) == at == kept.sum()


def check_analysis(merged):
    """Pairs across seams are there, and NaN stands where nothing was measured."""
    rows, regions = merged["tarsier/rows"][:], merged["tarsier/regions"][:]
    none = ((rows["flags"] & (1 | 4 | 8)) != 0) | (rows["pair_ns"] < 0)
    largest = merged["tarsier"].attrs["largest_value"]
    for i, n in enumerate(merged["tarsier"].attrs["region_n"]):
        value = np.where(none[1:], np.nan, regions[1:, i]["abs_diff_sum"] / (n * largest)).astype("f4")
        assert same(merged[f"analysis/roi_{i}_activity"][:], value)
        assert merged[f"entry/activity/roi_{i}_activity"] == merged[f"analysis/roi_{i}_activity"]
    assert len(merged["analysis/timestamps_sec"]) == max(len(rows) - 1, 0)
    index = merged["timeseries/frame_index"][:]
    assert np.array_equal(index, np.arange(len(index)))


def check_hashes(merged):
    chunks = merged["tarsier/chunks"][:]
    kinds = {value: name for name, value in h5py.check_enum_dtype(merged["tarsier/chunks"].dtype["dataset"]).items()}
    for chunk in chunks:
        dataset = merged[NAMES[kinds[chunk["dataset"]]]]
        _, stored = dataset.id.read_direct_chunk((int(chunk["first_index"]), 0, 0))
        assert len(stored) == chunk["bytes"] and xxhash.xxh3_64_intdigest(stored) == chunk["xxh3_64"]
    if "frames" in merged:
        assert chunks["count"][chunks["dataset"] == 0].sum() == len(merged["frames"])
    hashed = []

    def check(name, thing):
        if isinstance(thing, h5py.Dataset) and "xxh3_64" in thing.attrs:
            hashed.append(name)
            assert xxhash.xxh3_64_intdigest(thing[:].tobytes()) == thing.attrs["xxh3_64"], name

    merged.visititems(check)
    assert len(hashed) >= 22, hashed


def check_attributes(merged, segments):
    last = segments[-1]["tarsier"].attrs
    assert json.loads(merged["tarsier"].attrs["ledger"]) == json.loads(last["ledger"])
    assert merged["tarsier"].attrs["next_frame_id"] == last["next_frame_id"] and merged["tarsier"].attrs["segment"] == 0
    sources = json.loads(merged["tarsier"].attrs["merged_from"])
    assert [source["rows"] for source in sources] == [len(segment["tarsier/rows"]) for segment in segments]
    assert merged.attrs["actual_frames"] == len(merged["timestamps"]) and bool(merged.attrs["finalized"])


def main(paths):
    merged, *segments = [h5py.File(path, "r") for path in paths]
    check_tables(merged, segments)
    check_frames(merged, segments)
    check_analysis(merged)
    check_hashes(merged)
    check_attributes(merged, segments)
    print(f"{paths[0]}: is its {len(segments)} segments")


if __name__ == "__main__":
    main(sys.argv[1:])
