"""For every frame and region the product's integers equal numpy's, computed from what ffmpeg decodes."""

import sys

import h5py
import numpy as np

import reference
import support

FIELDS = ("abs_diff_sum", "changed", "sum", "sum_sq", "min", "max")
THRESHOLD = 15


def tubes():
    """20 tubes in 2 columns of 10."""
    return [{"name": f"tube-{c * 10 + r + 1}",
             "rectangle": {"x_px": 80 + c * 600, "y_px": 60 + r * 86, "width_px": 520, "height_px": 60}}
            for c in range(2) for r in range(10)]


RECORDINGS = {
    "mouse": (lambda: support.MOUSE, [
        {"name": "arena", "circle": {"x_px": 320, "y_px": 240, "radius_px": 200}},
        {"name": "corner", "polygon": [[0, 0], [201, 7], [150, 190], [3, 120]]},
        {"name": "all", "rectangle": {"x_px": 0, "y_px": 0, "width_px": 640, "height_px": 480}}]),
    "tubes": (lambda: support.recording("D01_ethoscope_tubes", "arena_10x2_sortTubes.mp4"), tubes()),
    "spider": (lambda: support.recording("D03_tracktor_spider", "spider_video.mp4"), [
        {"name": "left", "rectangle": {"x_px": 0, "y_px": 0, "width_px": 960, "height_px": 1080}},
        {"name": "arena", "circle": {"x_px": 960, "y_px": 540, "radius_px": 500}}]),
}


def check(video, regions):
    with support.Scratch() as folder:
        rig = support.rig(folder, {"name": "cam", "regions": regions, "keep": {"frames": "none"},
                                   "reduce": {"changed_threshold": THRESHOLD}}, memory={"budget_mib": 512})
        out = folder / "out.h5"
        support.must(support.run("reduce", video, "--rig", support.write_rig(folder, rig), "-o", out, timeout=900))
        with h5py.File(out) as file:
            compare(video, regions, file["/tarsier/rows"][:], file["/tarsier/regions"][:])


def compare(video, regions, rows, region_rows):
    width, height = reference.video_facts(video)
    masks = [reference.region_mask(region, height, width) for region in regions]
    everything = np.ones((height, width), bool)
    previous, index = None, -1
    for index, frame in enumerate(reference.luma_frames(video)):
        assert index < len(rows), f"the file has {len(rows)} rows, the video more frames"
        expected = reference.totals(frame, previous, everything, THRESHOLD)
        assert tuple(int(rows[index][f]) for f in FIELDS) == expected, f"frame {index}: {rows[index]} {expected}"
        for r, mask in enumerate(masks):
            expected = reference.totals(frame, previous, mask, THRESHOLD)
            found = tuple(int(region_rows[index, r][f]) for f in FIELDS)
            assert found == expected, f"frame {index}, region {r}: {found} {expected}"
        previous = frame
    assert len(rows) == index + 1, f"the file has {len(rows)} rows, the video {index + 1} frames"
    assert list(rows["frame_id"]) == list(range(len(rows)))
    assert rows["pair_ns"][0] == -1 and (rows["pair_ns"][1:] > 0).all()
    print(f"{len(rows)} frames, {len(regions)} regions: equal")


if __name__ == "__main__":
    find, the_regions = RECORDINGS[sys.argv[1]]
    if find() is None:
        support.skip(f"the recording {sys.argv[1]} is not here")
    check(find(), the_regions)
