#!/usr/bin/python3
"""What a Python program of the field does with a recording in HDF5, written from the formula: how much each region
changes from frame to frame.

Usage: hdf5_activity.py RECORDING REGIONS OUT.npy [PROCESSES]. RECORDING holds /frames (N, H, W); REGIONS is a JSON list
of circles {"x_px", "y_px", "radius_px"}. OUT gets (N - 1, R) float64: the sum over the region's pixels of
|I[t] - I[t-1]|. Each process takes a share of the frames in chunks of 50, converts a chunk to float32 and indexes the
differences with a boolean mask for each region.
"""

import json
import multiprocessing
import sys

import h5py
import numpy as np

CHUNK = 50


def masks_of(regions, height, width):
    y, x = np.mgrid[0:height, 0:width]
    return [(x - r["x_px"]) ** 2 + (y - r["y_px"]) ** 2 <= r["radius_px"] ** 2 for r in regions]


def activity_of(share):
    """Sums of the pairs (first - 1, first) to (end - 2, end - 1) of one process's share."""
    path, regions, first, end = share
    sums = np.zeros((end - first, len(regions)))
    with h5py.File(path) as file:
        frames = file["frames"]
        masks = masks_of(regions, *frames.shape[1:])
        for begin in range(first, end, CHUNK):
            # The last frame of the chunk before belongs to this chunk's first pair.
            chunk = frames[begin - 1:min(begin + CHUNK, end)].astype(np.float32)
            for i in range(1, len(chunk)):
                difference = np.abs(chunk[i] - chunk[i - 1])
                for r, mask in enumerate(masks):
                    # The pairwise sum of float32 would round; the figure has to be the integer that it stands for.
                    sums[begin - first + i - 1, r] = difference[mask].sum(dtype=np.float64)
    return sums


def activity(path, regions, processes):
    with h5py.File(path) as file:
        frames = len(file["frames"])
    edges = np.linspace(1, frames, processes + 1).astype(int)
    shares = [(path, regions, int(first), int(end)) for first, end in zip(edges, edges[1:])]
    with multiprocessing.Pool(processes) as pool:
        return np.concatenate(pool.map(activity_of, shares))


if __name__ == "__main__":
    recording, regions_file, out = sys.argv[1:4]
    with open(regions_file, encoding="utf-8") as text:
        np.save(out, activity(recording, json.load(text), int(sys.argv[4]) if len(sys.argv) > 4 else 2))
