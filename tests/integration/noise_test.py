"""Why activity counts changed pixels: an empty chamber has more mean activity than one with animals, and hardly any
changed pixel; and the threshold that the product proposes lies between noise and movement."""

import json

import h5py
import numpy as np

import support


def reduced(folder, video, name):
    camera = {"name": "cam", "regions": [], "keep": {"frames": "none"}, "reduce": {"changed_threshold": 15}}
    rig = support.write_rig(folder, support.rig(folder, camera, memory={"budget_mib": 512}))
    out = folder / f"{name}.h5"
    facts = json.loads(support.must(support.run("reduce", video, "--rig", rig, "-o", out, "--json", timeout=300)).stdout)
    with h5py.File(out) as file:
        rows = file["tarsier/rows"][1:]
    pixels = rows["n"].astype(float)
    return rows["abs_diff_sum"] / pixels, rows["changed"] / pixels, facts["cameras"][0]["noise"]


def check(empty, animals):
    with support.Scratch() as folder:
        empty_mean, empty_changed, noise = reduced(folder, empty, "empty")
        animals_mean, _, _ = reduced(folder, animals, "animals")
    print(f"empty chamber: mean difference {empty_mean.mean():.3f} levels, changed {empty_changed.mean() * 100:.4f} %, {noise}")
    print(f"with animals: mean difference {animals_mean.mean():.3f} levels")
    assert empty_mean.mean() > animals_mean.mean()
    assert empty_changed.mean() < 0.0005
    # Of normal noise: sqrt(pi / 2) times the median of the mean differences; five times that is proposed.
    moving = empty_mean[empty_mean > 0]
    assert abs(noise["difference_std"] / (np.median(moving) * np.sqrt(np.pi / 2)) - 1) < 0.03
    assert noise["proposed_threshold"] == int(np.ceil(5 * noise["difference_std"])) <= 15


if __name__ == "__main__":
    the_empty = support.recording("D04_eztrack_empty")
    the_animals = support.recording("D01_ethoscope_tubes", "arena_10x2_sortTubes.mp4")
    if the_empty is None or the_animals is None:
        support.skip("the recordings are not here")
    check(next(p for p in sorted(the_empty.iterdir()) if p.suffix.lower() in (".wmv", ".mp4", ".avi")), the_animals)
