"""A sealed file opens with other people's tools, unmodified, and says the same to each."""

import subprocess
import sys

import h5py
import numpy as np

import support

REGIONS = [{"name": "left", "rectangle": {"x_px": 0, "y_px": 0, "width_px": 80, "height_px": 120}, "labels": {"genotype": "wt"}},
           {"name": "disc", "circle": {"x_px": 110, "y_px": 60, "radius_px": 30}}]


def record(folder, frames=60, **more):
    camera = support.test_camera(160, 120, 60, frames=frames, regions=REGIONS, **more)
    support.must(support.run("run", support.write_rig(folder, support.rig(folder / "store", camera))))
    [file] = support.sealed(folder / "store")
    return file


def passes(script, file):
    result = subprocess.run([sys.executable, str(support.SOURCE / "tests/integration" / script), str(file)],
                            capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stdout + result.stderr


def rules_of_napari_and_silx_hold(file):
    passes("napari_rules.py", file)
    passes("silx_rules.py", file)


def continuous_recording_passes_the_rules():
    with support.Scratch() as folder:
        rules_of_napari_and_silx_hold(record(folder))


def sampled_recording_passes_the_rules_and_stands_in_for_what_is_missing():
    with support.Scratch() as folder:
        rules_of_napari_and_silx_hold(record(folder, frames=120, sampling={"interval_s": 0.25, "on_missing": "repeat_last"}))


def deep_recording_passes_the_rules():
    with support.Scratch() as folder:
        camera = support.test_camera(160, 120, 60, frames=30, regions=REGIONS, convert={"pixel": "gray16"})
        camera["source"]["format"] = "GRAY16_LE"
        support.must(support.run("run", support.write_rig(folder, support.rig(folder / "store", camera))))
        [file] = support.sealed(folder / "store")
        rules_of_napari_and_silx_hold(file)
        with h5py.File(file) as opened:
            assert opened["/frames"].dtype == np.uint16
            check_rows(opened)


def check_rows(file):
    """The stored frames give the stored rows once more."""
    frames = file["/frames"][:].astype(np.int64)
    rows = file["/tarsier/rows"][:]
    masks = file["/rois/masks"][:] > 0
    regions = file["/tarsier/regions"][:]
    assert list(rows["stored_index"]) == list(range(len(frames)))
    assert (rows["sum"] == frames.sum(axis=(1, 2))).all() and (rows["sum_sq"] == (frames ** 2).sum(axis=(1, 2))).all()
    assert (rows["max"] == frames.max(axis=(1, 2))).all() and (rows["min"] == frames.min(axis=(1, 2))).all()
    pairs = np.abs(np.diff(frames, axis=0))
    assert (rows["abs_diff_sum"][1:] == pairs.sum(axis=(1, 2))).all()
    for r, mask in enumerate(masks):
        assert (regions["sum"][:, r] == frames[:, mask].sum(axis=1)).all()
        assert (regions["abs_diff_sum"][1:, r] == pairs[:, mask].sum(axis=1)).all()


def stored_frames_give_the_stored_rows():
    for codec in ("deflate", "none"):
        with support.Scratch() as folder:
            camera = support.test_camera(160, 120, 60, frames=60, regions=REGIONS)
            document = support.rig(folder / "store", camera)
            document["store"]["codec"] = codec
            support.must(support.run("run", support.write_rig(folder, document)))
            with h5py.File(support.sealed(folder / "store")[0]) as file:
                check_rows(file)


def segments_join_without_a_seam():
    with support.Scratch() as folder:
        camera = support.test_camera(160, 120, 60, frames=240, regions=REGIONS)
        document = support.rig(folder / "store", camera)
        document["store"]["segment_s"] = 1
        support.must(support.run("run", support.write_rig(folder, document)))
        files = support.sealed(folder / "store")
        assert len(files) >= 3, files
        ids, pairs = [], []
        for file in files:
            passes("napari_rules.py", file)
            with h5py.File(file) as opened:
                ids += list(opened["/tarsier/rows"]["frame_id"])
                pairs += list(opened["/tarsier/rows"]["pair_ns"])
        assert ids == list(range(240)), ids
        assert pairs[0] == -1 and min(pairs[1:]) > 0


def a_file_that_is_large_enough_is_followed_by_another():
    with support.Scratch() as folder:
        camera = support.test_camera(160, 120, 100, frames=400)
        document = support.rig(folder / "store", camera)
        document["store"].update(segment_mib=1, codec="none", sync_interval_ms=200)
        support.must(support.run("run", support.write_rig(folder, document)))
        sizes = [file.stat().st_size for file in support.sealed(folder / "store")]
        assert len(sizes) >= 3 and min(sizes[:-1]) > 1 << 20 and max(sizes) < 3 << 20, sizes


def r_reads_it():
    if subprocess.run(["Rscript", "-e", "library(hdf5r)"], capture_output=True).returncode != 0:
        print("  skipped: R with hdf5r is not here")
        return
    with support.Scratch() as folder:
        file = record(folder)
        script = f"""library(hdf5r)
            f <- H5File$new("{file}", mode = "r")
            rows <- f[["tarsier/rows"]][]
            activity <- f[["analysis/roi_0_activity"]][]
            cat(nrow(rows), length(activity), sum(as.numeric(f[["frames"]][, , 1])), as.numeric(rows$sum[1]), "\\n")"""
        out = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, timeout=120)
        assert out.returncode == 0, out.stderr
        rows, activity, pixels, total = map(float, out.stdout.split())
        assert rows == 60 and activity == 59 and pixels == total, out.stdout


if __name__ == "__main__":
    support.main([continuous_recording_passes_the_rules, sampled_recording_passes_the_rules_and_stands_in_for_what_is_missing,
                  deep_recording_passes_the_rules, stored_frames_give_the_stored_rows, segments_join_without_a_seam,
                  a_file_that_is_large_enough_is_followed_by_another, r_reads_it])
