"""A dark frame and a flat field are recorded, named in a rig, and used; the look before a run tells what comes."""

import json

import h5py
import numpy as np

import support


def rig(folder, pattern, name, **camera):
    document = support.test_camera(64, 48, 100, **camera)
    document["source"]["pattern"] = pattern
    return support.write_rig(folder, support.rig(folder / "store", document), f"{name}.json")


def check_calibrate(folder):
    for kind, pattern, level in (("dark", "black", 16), ("flat", "gradient", None)):
        out = folder / f"{kind}.h5"
        path = rig(folder, pattern, kind)
        facts = json.loads(support.must(support.run("calibrate", path, "--kind", kind, "--frames", 7, "-o", out,
                                                    "--json")).stdout)
        assert facts["frames"] == 7 and facts["kind"] == kind, facts
        with h5py.File(out) as file:
            sums, mean = file["sum"][:], file["frames"][:]
            assert file.attrs["frames"] == 7 and sums.shape == (1, 48, 64) and sums.dtype == np.uint32
            assert (mean == (2 * sums + 7) // 14).all()
            assert level is None or (mean == level).all(), mean
        again = support.must(support.run("calibrate", path, "--kind", kind, "-o", out), 2)
        assert "never overwritten" in again.stderr, again.stderr
    nowhere = support.must(support.run("calibrate", path, "--kind", "dark", "-o", folder / "no" / "x.h5"), 2)
    assert "--output" in nowhere.stderr and str(folder / "no") in nowhere.stderr, nowhere.stderr
    covered = support.must(support.run("calibrate", rig(folder, "white", "bright"), "--kind", "dark", "--frames", 2, "-o",
                                       folder / "bright.h5"))
    assert "is the lens covered?" in covered.stdout, covered.stdout


def check_correction(folder):
    correct = {"subtract": {"kind": "dark_file", "path": "dark.h5"}}
    path = rig(folder, "black", "corrected", correct=correct)
    facts = json.loads(support.must(support.run("run", path, "--duration", 1, "--json")).stdout)
    with h5py.File(facts["files"][-1]) as file:
        assert (file["tarsier/rows"]["sum"] == 0).all(), "black minus black"
        assert file["tarsier/correction/subtrahend"].shape == (1, 48, 64)
    wrong = rig(folder, "black", "wrong", correct=correct, convert={"bin": 2})
    refused = support.must(support.run("check", wrong), 2)
    assert "/cameras/0/correct" in refused.stderr and "32x24" in refused.stderr, refused.stderr
    missing = rig(folder, "black", "missing", correct={"subtract": {"kind": "dark_file", "path": "no.h5"}})
    refused = support.must(support.run("check", missing), 2)
    assert "no.h5" in refused.stderr, refused.stderr


def check_look(folder):
    path = rig(folder, "snow", "snow")
    look = json.loads(support.must(support.run("check", "--camera", "--frames", 20, path, "--json")).stdout)["looks"][0]
    assert look["frames"] == 20 and 60 < look["difference_std"] < 140 and look["proposed_threshold"] is None, look
    assert any("larger than any changed_threshold" in warning for warning in look["warnings"]), look
    text = support.must(support.run("check", "--camera", rig(folder, "black", "black"))).stdout
    assert "is the lens covered?" in text, text


if __name__ == "__main__":
    with support.Scratch() as scratch:
        check_calibrate(scratch)
        check_correction(scratch)
        check_look(scratch)
    print("calibrated, corrected, looked at")
