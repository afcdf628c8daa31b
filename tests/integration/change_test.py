"""A running rig changes its regions, its threshold and its sampling: files, rows and ledger agree, and the pair across each
seam is what numpy makes of the stored frames."""

import json
import urllib.error
import urllib.request

import h5py
import numpy

import support

PORT = 18601
SIZE = (96, 128)


def regions(*rectangles):
    return [{"name": f"r{i}", "rectangle": dict(zip(("x_px", "y_px", "width_px", "height_px"), r))}
            for i, r in enumerate(rectangles)]


def camera(**more):
    return support.test_camera(SIZE[1], SIZE[0], 50, **more)


def documents(folder):
    first = regions((0, 0, 40, 96), (40, 0, 88, 96))
    other = regions((3, 5, 70, 60), (0, 40, 128, 50), (100, 10, 28, 20))
    cameras = [
        camera(regions=first),
        camera(regions=other),
        camera(regions=other, reduce={"changed_threshold": 60}),
        camera(regions=first, sampling={"interval_s": 0.1}),
        camera(regions=first, sampling={"interval_s": 0.06}),
    ]
    cameras.append(camera(regions=first, sampling={"interval_s": 0.06}))
    cameras[-1]["source"]["pattern"] = "smpte"
    return [support.rig(folder / "store", each) for each in cameras]


def put(rig):
    """None, or why the rig is refused."""
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/v1/config", json.dumps(rig).encode(), method="PUT",
                                     headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30):
            return None
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def run(folder, rigs):
    """Forty frames and more under each rig; the camera's end in run.json, and what was refused."""
    for rig in rigs:
        rig["control"]["listen"] = f"127.0.0.1:{PORT}"
    process = support.start(support.write_rig(folder, rigs[0]), program=support.TARSIERD)
    refusals = []

    def delivered():
        status = support.get_json(PORT)
        return status["cameras"][0]["ledger"]["delivered"] if status and status["cameras"] else 0

    def forty_frames():
        first = delivered()
        support.wait_until(lambda: delivered() >= first + 40, "frames")
    try:
        forty_frames()
        for rig in rigs[1:]:
            refusals.append(put(rig))
            forty_frames()
    finally:
        process.terminate()
        _, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    manifest = json.loads(next((folder / "store").glob("*/run.json")).read_text())
    return manifest["cameras"][0], [refusal for refusal in refusals if refusal]


def masks(document):
    for region in document["cameras"][0]["regions"]:
        r = region["rectangle"]
        mask = numpy.zeros(SIZE, bool)
        mask[r["y_px"]:r["y_px"] + r["height_px"], r["x_px"]:r["x_px"] + r["width_px"]] = True
        yield mask


def each_generation_has_its_rows_regions_and_files():
    with support.Scratch() as folder:
        rigs = documents(folder)
        status, refusals = run(folder, rigs)
        assert refusals == [], refusals
        ledger = support.delivered_is_accounted_for(status["ledger"])
        generations, previous, last_id = [], None, -1
        rows_in_all, sampled = 0, {}
        for path in support.sealed(folder / "store"):
            with h5py.File(path) as file:
                facts = file["/tarsier"].attrs
                rows, of_regions, frames = file["/tarsier/rows"][:], file["/tarsier/regions"][:], file["/frames"][:]
                names = {int(n) for n in rows["generation"]}
                layout = int(facts["generation"])
                assert layout == min(names), (layout, names)
                document = rigs[layout - 1]
                wanted = list(masks(document))
                assert of_regions.shape[1] == len(wanted) == len(facts["region_names"])
                assert (file["/rois/masks"][:].astype(bool) == numpy.array(wanted)).all()
                assert facts["changed_threshold"] == document["cameras"][0].get("reduce", {}).get("changed_threshold", 15)
                stored = json.loads(facts["rig"])["cameras"][0]
                assert len(stored["regions"]) == len(wanted)
                for i, row in enumerate(rows):
                    assert row["frame_id"] > last_id
                    last_id = row["frame_id"]
                    frame = frames[row["stored_index"]].astype(int)
                    if previous is not None:
                        difference = abs(frame - previous)
                        assert row["pair_ns"] > 0 and not row["flags"] & 1, row
                        assert row["abs_diff_sum"] == difference.sum(), (path, row)
                        for r, mask in enumerate(wanted):
                            assert of_regions[i, r]["abs_diff_sum"] == difference[mask].sum(), (path, i, r)
                            assert of_regions[i, r]["changed"] == (difference[mask] > facts["changed_threshold"]).sum()
                    previous = frame
                generations += [int(g) for g in rows["generation"]]
                rows_in_all += len(rows)
                for g in names:
                    sampled[g] = rows["sensor_ns"][rows["generation"] == g]
        assert generations == sorted(generations) and set(generations) == {1, 2, 3, 4, 5, 6}, set(generations)
        assert ledger["stored"] == rows_in_all, (ledger, rows_in_all)
        assert ledger["skipped"]["sampled_out"] > 20 and sum(ledger["dropped"].values()) <= 40, ledger
        for generation, interval in ((4, 0.1), (5, 0.06)):
            gaps = numpy.diff(sampled[generation]) / 1e9
            assert abs(numpy.median(gaps) - interval) < 0.021, (generation, gaps)
        manifest = json.loads(next((folder / "store").glob("*/run.json")).read_text())
        assert [rig["generation"] for rig in manifest["rigs"]][:5] == [1, 2, 3, 4, 5], manifest["rigs"]
        events = [(e["kind"], e["value"]) for p in support.sealed(folder / "store")
                  for e in h5py.File(p)["/tarsier/events"][:]]
        assert [value for kind, value in events if kind == 3] == [2, 3, 4, 5, 6], events
        assert len(support.sealed(folder / "store")) == 5, "a parameter of the source begins no segment"
        support.must(support.run("verify", next((folder / "store").glob("*/run.json")).parent))


def what_needs_another_arm_is_refused_and_the_run_goes_on():
    with support.Scratch() as folder:
        few = regions((0, 0, 40, 96))
        rigs = [support.rig(folder / "store", camera(regions=few, **more)) for more in (
            {}, {"slots": 20}, {"keep": {"frames": "none"}}, {"sampling": {"average": 2}},
            {"reduce": {"projection": {"interval_s": 1, "kinds": ["mean"]}}}, {"correct": {"offset": 3}})]
        rigs.append(support.rig(folder / "store", camera(regions=regions(*[(i, 0, 1, 96) for i in range(90)]))))
        status, refusals = run(folder, rigs)
        support.delivered_is_accounted_for(status["ledger"])
        pointers = ("/cameras/0/slots", "/cameras/0/keep/frames", "/cameras/0/sampling/average",
                    "/cameras/0/reduce/projection", "/cameras/0/correct/offset", "/cameras/0/regions")
        assert len(refusals) == len(pointers), refusals
        for (code, problem), pointer in zip(refusals, pointers):
            assert code == 409 and problem["pointers"] == [pointer] and "stop the run" in problem["detail"], problem
        assert "were reserved" in refusals[-1][1]["detail"], refusals[-1]
        with h5py.File(support.sealed(folder / "store")[0]) as file:
            assert set(file["/tarsier/rows"]["generation"]) == {1}


if __name__ == "__main__":
    support.main([each_generation_has_its_rows_regions_and_files, what_needs_another_arm_is_refused_and_the_run_goes_on])
