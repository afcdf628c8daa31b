"""Corrected rows and projections equal numpy's, computed with integers from the rig's formula and the stored maps."""

import sys

import h5py
import numpy as np

import reference
import support

HEIGHT, WIDTH, FRAMES = 61, 83, 90
REGIONS = [{"name": "disc", "circle": {"x_px": 40, "y_px": 30, "radius_px": 25}},
           {"name": "box", "rectangle": {"x_px": 3, "y_px": 2, "width_px": 50, "height_px": 40}}]
FIELDS = ("abs_diff_sum", "changed", "sum", "sum_sq", "min", "max")
THRESHOLD = 15


def recording(dtype):
    """Noise, a gradient of light, and a dark spot that walks."""
    random = np.random.default_rng(7)
    full = np.iinfo(dtype).max
    light = np.linspace(0.35, 0.95, WIDTH)[None, :] * np.linspace(1, 0.7, HEIGHT)[:, None]
    frames = light[None] * full * (1 + 0.03 * random.standard_normal((FRAMES, HEIGHT, WIDTH)))
    for t in range(FRAMES):
        frames[t, 10 + t // 3:20 + t // 3, t % 60:t % 60 + 12] *= 0.2
    return np.clip(frames, 0, full).astype(dtype)


def corrected(frame, subtrahend, factor, offset):
    """floor((256 I - S) G / 2^(8 + F) + 1/2) + offset, cut to the pixel's range; 0 where G is 0."""
    full = int(np.iinfo(frame.dtype).max)
    one = 8192 if frame.dtype == np.uint8 else 65536
    factor = np.int64(one) if factor is None else factor.astype(np.int64)
    scaled = (256 * frame.astype(np.int64) - subtrahend.astype(np.int64)) * factor
    values = ((scaled + 128 * one) // (256 * one)) + offset
    return np.where(factor == 0, 0, np.clip(values, 0, full)).astype(frame.dtype)


def background(case, file, frames):
    """subtrahend(t) in Q8, or None while it is not known; and the stored factor map."""
    correction = file.get("tarsier/correction", {})
    factor = correction["factor"][0] if "factor" in correction else None
    subtract = case["correct"].get("subtract", {})
    if subtract.get("kind") != "sliding_mean":
        # The quantised map of the file is the truth; its own rounding is looked at apart.
        stored = correction["subtrahend"][0] if "subtrahend" in correction else np.zeros((HEIGHT, WIDTH), np.int64)
        return (lambda t: stored if t >= case["known_from"] else None), factor
    window, lag = subtract["window"], subtract["lag"]

    def sliding(t):
        end = t - lag
        if end < 1:
            return None
        part = frames[max(0, end - window):end].astype(np.int64)
        n = len(part)
        return round(256 * subtract["amount"]) * ((2 * part.sum(0) + n) // (2 * n))
    return sliding, factor


def check_rows(case, file, frames):
    subtrahend, factor = background(case, file, frames)
    masks = [np.ones((HEIGHT, WIDTH), bool)] + [reference.region_mask(r, HEIGHT, WIDTH) for r in REGIONS]
    rows, regions = file["tarsier/rows"][:], file["tarsier/regions"][:]
    assert len(rows) == FRAMES, len(rows)
    results = []

    def shown(t, known):
        return frames[t] if known is None else corrected(frames[t], known, factor, case["correct"].get("offset", 0))
    for t in range(FRAMES):
        known = subtrahend(t)
        frame = shown(t, known)
        # Both frames of a pair are corrected, or neither is.
        before_known = subtrahend(t - 1) if t > 0 else None
        before = None if t == 0 else results[-1] if (known is None) == (before_known is None) else shown(t - 1, known)
        assert bool(rows[t]["flags"] & 32) == (known is None), (t, rows[t]["flags"])
        for index, mask in enumerate(masks):
            row = rows[t] if index == 0 else regions[t, index - 1]
            found = tuple(int(row[field]) for field in FIELDS)
            expected = reference.totals(frame, before, mask, THRESHOLD)
            assert found == expected, (case["correct"], t, index, found, expected)
        results.append(frame)
    return np.array(results)


def check_projections(file, results, interval):
    images, rows = file["tarsier/projections"], file["tarsier/projections/rows"][:]
    corrected_ids = np.nonzero((file["tarsier/rows"]["flags"] & 32) == 0)[0]
    expected = [part[[0, -1]].tolist() for first in range(0, FRAMES, interval)
                if len(part := corrected_ids[(corrected_ids >= first) & (corrected_ids < first + interval)])]
    assert [[int(row["first_id"]), int(row["last_id"])] for row in rows] == expected, rows
    for k, row in enumerate(rows):
        part = results[int(row["first_id"]):int(row["last_id"]) + 1].astype(np.int64)
        n = len(part)
        assert int(row["count"]) == n
        assert (images["mean"][k] == (2 * part.sum(0) + n) // (2 * n)).all()
        assert (images["max"][k] == part.max(0)).all() and (images["min"][k] == part.min(0)).all()
        variance = n * (part * part).sum(0) - part.sum(0) ** 2
        assert np.abs(images["std"][k] - np.sqrt(variance.astype(float)) / n).max() <= 1e-6 * np.iinfo(results.dtype).max
        if int(row["median_count"]) == n:
            assert (images["median"][k] == np.sort(part, 0)[(n - 1) // 2]).all()
    assert any(int(row["median_count"]) == int(row["count"]) for row in rows)


def reduce(folder, name, dtype, correct, threads):
    kinds = ["mean", "max", "min", "std", "median"]
    camera = {"name": "cam", "regions": REGIONS, "keep": {"frames": "none"}, "threads": threads, "correct": correct,
              "convert": {"pixel": "gray8" if dtype == np.uint8 else "gray16"},
              "reduce": {"changed_threshold": THRESHOLD, "projection": {"interval_s": 25, "kinds": kinds}}}
    rig = support.write_rig(folder, support.rig(folder, camera), name + ".json")
    out = folder / (name + ".h5")
    support.must(support.run("reduce", folder / "in.h5", "--rig", rig, "-o", out))
    return h5py.File(out)


def check(dtype):
    frames = recording(dtype)
    with support.Scratch() as folder:
        with h5py.File(folder / "in.h5", "w") as file:
            file["frames"] = frames
            file.attrs["frame_interval"] = 1.0
        full = int(np.iinfo(dtype).max)
        dark = np.full((4, HEIGHT, WIDTH), full // 40, dtype)
        dark[1:] += 1
        light = np.clip(full * 0.8 * np.linspace(0.3, 1, WIDTH)[None, :] * np.ones((HEIGHT, 1)), 0, full).astype(dtype)
        light[5, 7] = dark[0, 0, 0]  # a dead pixel
        for name, image in (("dark", dark), ("flat", light[None])):
            with h5py.File(folder / f"{name}.h5", "w") as file:
                file["frames"] = image
        flat_file = {"kind": "flat_file", "path": str(folder / "flat.h5"), "amount": 1.0}
        cases = [
            {"correct": {"subtract": {"kind": "dark_file", "path": str(folder / "dark.h5")}, "divide": flat_file},
             "known_from": 0},
            {"correct": {"subtract": {"kind": "mean_of_first", "frames": 7, "amount": 0.75}, "offset": full // 3},
             "known_from": 7},
            {"correct": {"subtract": {"kind": "range", "first": 4, "frames": 9}, "offset": full // 2},
             "known_from": 13},
            {"correct": {"subtract": {"kind": "sliding_mean", "window": 11, "lag": 3, "amount": 1.0},
                         "divide": {**flat_file, "amount": 0.5}, "offset": full // 2}},
            {"correct": {"offset": 9}, "known_from": 0},
        ]
        for number, case in enumerate(cases):
            with reduce(folder, f"case{number}", dtype, case["correct"], 1 + number % 3) as file:
                results = check_rows(case, file, frames)
                check_projections(file, results, 25)
                check_maps(case, file, frames, dark, light)
    print(f"{len(cases)} corrections of {FRAMES} {np.dtype(dtype).name} frames: equal")


def check_maps(case, file, frames, dark, light):
    """The quantised maps against exact fractions."""
    subtract = case["correct"].get("subtract", {})
    if subtract.get("kind") == "dark_file":
        sums, n = dark.astype(np.int64).sum(0), len(dark)
        assert (file["tarsier/correction/subtrahend"][0] == (512 * sums + n) // (2 * n)).all()
        field = light - sums / n
        field /= field.mean()
        one = file["tarsier/correction/factor"].attrs["scale"]
        factor = file["tarsier/correction/factor"][0].astype(float)
        expected = np.where(field > 0, np.floor(one / np.where(field > 0, field, 1) + 0.5), 0)
        assert np.abs(factor - expected).max() <= 1 and (factor[5, 7] == 0) == (field[5, 7] <= 0)
    if subtract.get("kind") in ("mean_of_first", "range"):
        first, n = subtract.get("first", 0), subtract["frames"]
        sums = frames[first:first + n].astype(np.int64).sum(0)
        exact = 256 * subtract.get("amount", 1.0) * sums / n
        assert np.abs(file["tarsier/correction/subtrahend"][0] - exact).max() <= 0.5


if __name__ == "__main__":
    check({"uint8": np.uint8, "uint16": np.uint16}[sys.argv[1]])
