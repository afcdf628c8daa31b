"""Every frame has one outcome, in status, run.json and file alike: with a chain that is too slow, with sampling, with averaging."""

import json

import h5py

import support


def slow_rig(folder, port):
    """A live camera whose chain cannot keep up: hundreds of regions of the whole frame."""
    whole = [{"name": f"whole-{i}", "rectangle": {"x_px": 0, "y_px": 0, "width_px": 640, "height_px": 480}}
             for i in range(400)]
    camera = support.test_camera(640, 480, 300, frames=600, regions=whole, slots=4, keep={"frames": "none"})
    return support.rig(folder / "store", camera, control={"listen": f"127.0.0.1:{port}"})


def file_ledger(file):
    ledger = json.loads(file["/tarsier"].attrs["ledger"])
    del ledger["samples"]  # they stand beside the ledger in status and run.json
    return ledger


def gap_rows(file):
    causes = {v: k for k, v in h5py.check_enum_dtype(file["/tarsier/gaps"].dtype["cause"]).items()}
    return [(causes[int(g["cause"])], int(g["first_id"]), int(g["last_id"])) for g in file["/tarsier/gaps"][:]]


def a_chain_that_is_too_slow_refuses_frames_and_tells_of_each():
    with support.Scratch() as folder:
        port = 18471
        process = support.start("run", support.write_rig(folder, slow_rig(folder, port)), "--json")
        looks = []
        while process.poll() is None:
            status = support.get_json(port)
            if status and status["cameras"]:
                looks.append(support.delivered_is_accounted_for(status["cameras"][0]["ledger"]))
        out, error = process.communicate()
        assert process.returncode == 0, error
        assert len(looks) > 3, "the status was seen during the run"
        ledger = support.delivered_is_accounted_for(json.loads(out)["cameras"][0]["ledger"])
        assert ledger["delivered"] == 600, ledger
        assert ledger["dropped"]["ring_full"] > 50, ledger
        manifest = json.loads(next((folder / "store").glob("*/run.json")).read_text())
        assert manifest["cameras"][0]["ledger"] == ledger, manifest["cameras"][0]["ledger"]
        with h5py.File(support.sealed(folder / "store")[0]) as file:
            assert file_ledger(file) == ledger
            rows = file["/tarsier/rows"]["frame_id"]
            gaps = gap_rows(file)
        refused = {i for cause, first, last in gaps if cause == "ring_full" for i in range(first, last + 1)}
        assert len(refused) == ledger["dropped"]["ring_full"], (len(refused), ledger)
        assert refused.isdisjoint(rows) and refused.union(map(int, rows)) == set(range(600))


def sampled_out_and_averaged_frames_are_counted():
    with support.Scratch() as folder:
        camera = support.test_camera(160, 120, 100, frames=300, sampling={"interval_s": 0.5, "average": 4})
        result = support.must(support.run("run", support.write_rig(folder, support.rig(folder / "store", camera)), "--json"))
        camera_status = json.loads(result.stdout)["cameras"][0]
        ledger = support.delivered_is_accounted_for(camera_status["ledger"])
        assert ledger["delivered"] == 300, ledger
        taken = camera_status["samples"]["taken"]
        assert taken in (5, 6, 7) and ledger["stored"] == taken, camera_status
        assert 3 * taken <= ledger["skipped"]["averaged"] <= 3 * taken + 3, ledger
        with h5py.File(support.sealed(folder / "store")[0]) as file:
            assert file_ledger(file) == ledger
            assert len(file["/frames"]) == taken == len(file["/tarsier/rows"])


def a_replayed_video_is_never_dropped():
    with support.Scratch() as folder:
        rig = support.rig(folder, {"name": "cam", "slots": 4, "keep": {"frames": "none"}})
        out = folder / "out.h5"
        result = support.must(support.run("reduce", support.MOUSE, "--rig", support.write_rig(folder, rig), "-o", out, "--json"))
        ledger = support.delivered_is_accounted_for(json.loads(result.stdout)["cameras"][0]["ledger"])
        assert sum(ledger["dropped"].values()) == 0 and ledger["reduced_only"] == ledger["delivered"] > 100, ledger


if __name__ == "__main__":
    support.main([a_chain_that_is_too_slow_refuses_frames_and_tells_of_each, sampled_out_and_averaged_frames_are_counted,
                  a_replayed_video_is_never_dropped])
