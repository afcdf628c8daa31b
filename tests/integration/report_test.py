"""`tarsier report` of runs as they are found: of several cameras and segments, interrupted, damaged, foreign."""

import json
import re
import signal

import h5py
import numpy as np

import support

REGIONS = [{"name": "left", "rectangle": {"x_px": 0, "y_px": 0, "width_px": 80, "height_px": 120}},
           {"name": "disc", "circle": {"x_px": 110, "y_px": 60, "radius_px": 30}}]


def record(folder, cameras, **store):
    document = support.rig(folder / "store", cameras)
    document["store"].update(store)
    support.must(support.run("run", support.write_rig(folder, document)))
    [run] = [path.parent for path in (folder / "store").glob("*/run.json")]
    return run


def report(*arguments):
    return json.loads(support.must(support.run("report", "--json", *arguments)).stdout)


def a_run_of_two_cameras_and_many_segments_is_one_page():
    with support.Scratch() as folder:
        one = support.test_camera(160, 120, 60, frames=180, regions=REGIONS)
        other = support.test_camera(80, 60, 60, frames=180, name="top", keep={"frames": "none"})
        run = record(folder, [one, other], segment_s=1)
        facts = report(run)
        assert facts["page"] == str(run / "report.html") and facts["complete"] is True, facts
        assert facts["verdict"].startswith("Nothing is missing: 360 frames came"), facts["verdict"]
        cam, top = facts["cameras"]
        assert (cam["name"], top["name"]) == ("cam", "top")
        assert len(cam["files"]) >= 3 and cam["rows"] == 180 and cam["frames_stored"] == 180, cam
        assert cam["pictures"].startswith("Made of all 180 stored frames"), cam["pictures"]
        assert top["regions"][0]["name"] == "whole frame" and "not kept" in top["pictures"], top
        page = (run / "report.html").read_text()
        assert page.count("<section class=\"camera\"") == 2 and page.count("<path d=") == 4
        again = support.must(support.run("report", run))
        assert again.stdout == f"{facts['verdict']}\n{facts['page']}\n", again.stdout


def the_page_says_the_same_as_the_ledger_of_the_run():
    with support.Scratch() as folder:
        camera = support.test_camera(160, 120, 60, frames=240, regions=REGIONS,
                                     sampling={"interval_s": 0.5, "on_missing": "repeat_last"})
        run = record(folder, camera)
        [listed] = json.loads((run / "run.json").read_text())["cameras"]
        facts = report(run)["cameras"][0]
        assert facts["frames_delivered"] == listed["ledger"]["delivered"]
        assert facts["frames_missing"] == sum(listed["ledger"]["dropped"].values()) + sum(listed["ledger"]["missed"].values())
        assert facts["samples_missed"] == listed["samples"]["missed"]
        with h5py.File(run / listed["segments"][0]["file"]) as file:
            assert facts["rows"] == len(file["tarsier/rows"]) and facts["gaps"] == len(file["tarsier/gaps"])


def stopped_between_seals(process, store):
    """Holds the process still, and lets it go on unless a third segment has begun."""
    process.send_signal(signal.SIGSTOP)
    if len(support.sealed(store)) >= 2 and list(store.glob("*/*/*.part")):
        return True
    process.send_signal(signal.SIGCONT)
    return False


def an_interrupted_run_names_what_is_not_sealed():
    with support.Scratch() as folder:
        camera = support.test_camera(160, 120, 60, regions=REGIONS)
        document = support.rig(folder / "store", camera)
        document["store"]["segment_s"] = 1
        process = support.start("run", support.write_rig(folder, document))
        support.wait_until(lambda: stopped_between_seals(process, folder / "store"), "two sealed segments and another")
        process.send_signal(signal.SIGKILL)
        process.communicate()
        [run] = [path.parent for path in (folder / "store").glob("*/run.json")]
        facts = report(run)
        assert facts["ended"] is False and facts["complete"] is False, facts
        [camera] = facts["cameras"]
        assert len(camera["files"]) >= 2 and any(".h5.part is not sealed" in note for note in camera["notes"]), camera
        part = next(run.glob("*/*.part"))
        refused = support.must(support.run("report", part), 2)
        assert "is not sealed" in refused.stderr, refused.stderr


def a_recording_made_by_reduce_has_a_page_beside_it():
    with support.Scratch() as folder:
        made = folder / "mouse.h5"
        rig = support.SOURCE / "firmware-config" / "rigs" / "demo.json"
        support.must(support.run("reduce", support.MOUSE, "--rig", rig, "-o", made))
        facts = report(made)
        assert facts["page"] == str(folder / "mouse.html") and len(facts["cameras"][0]["regions"]) == 7
        assert facts["bytes"] < 8 << 20 and facts["bytes"] == (folder / "mouse.html").stat().st_size


def the_pictures_are_mean_and_maximum_of_the_frames():
    with support.Scratch() as folder:
        run = record(folder, support.test_camera(160, 120, 60, frames=60, regions=REGIONS))
        report(run)
        mean, brightest = [decoded(text) for text in re.findall(r'src="data:image/png;base64,([^"]*)"', (run / "report.html").read_text())]
        [segment] = support.sealed(folder / "store")
        with h5py.File(segment) as file:
            frames = file["frames"][:].astype(float)
        assert np.abs(mean - frames.mean(axis=0)).max() <= 0.5 + 1e-9
        assert (brightest == frames.max(axis=0)).all()


def decoded(text):
    """Pixels of a PNG with one channel of 8 bits, by the PNG standard and nothing else."""
    import base64
    import struct
    import zlib
    data, at, packed = base64.b64decode(text), 8, b""
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height = struct.unpack_from(">II", body)
            assert body[8:] == bytes([8, 0, 0, 0, 0])
        packed += body if kind == b"IDAT" else b""
        at += length + 12
    lines = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, width + 1)
    image = np.zeros((height, width), np.uint8)
    for y in range(height):
        above = image[y - 1] if y else np.zeros(width, np.uint8)
        image[y] = unfiltered(lines[y, 0], lines[y, 1:], above)
    return image


def unfiltered(kind, line, above):
    out = [0] * len(line)
    for x, value in enumerate(map(int, line)):
        left, up, corner = (out[x - 1], int(above[x]), int(above[x - 1])) if x else (0, int(above[x]), 0)
        guess = left + up - corner
        paeth = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
        out[x] = (value + [0, left, up, (left + up) // 2, paeth][kind]) % 256
    return out


def what_is_no_recording_of_ours_is_refused_with_a_sentence():
    with support.Scratch() as folder:
        (folder / "text.h5").write_text("this is no HDF5")
        with h5py.File(folder / "other.h5", "w") as file:
            file["frames"] = np.zeros((2, 3, 4), np.uint8)
        (folder / "empty").mkdir()
        for name, code, words in (("text.h5", 1, "is no HDF5 file"), ("other.h5", 1, "Tarsier did not write it"),
                                  ("empty", 2, "has no run.json"), ("gone", 2, "is not there")):
            result = support.must(support.run("report", folder / name), code)
            assert result.stdout == "" and words in result.stderr and result.stderr.startswith("tarsier: "), result.stderr
        assert not list(folder.rglob("*.html"))


def malformed_files_are_refused_and_crash_nothing():
    folder = support.recording("D11_badhdf5")
    if folder is None:
        print("  skipped: the malformed files are not here")
        return
    for path in sorted(folder.glob("*.h5")):
        with support.Scratch() as scratch:
            result = support.must(support.run("report", path, "-o", scratch / "page.html", timeout=90), 1)
            assert path.name in result.stderr and not (scratch / "page.html").exists(), result.stderr


if __name__ == "__main__":
    support.main([a_run_of_two_cameras_and_many_segments_is_one_page, the_page_says_the_same_as_the_ledger_of_the_run,
                  an_interrupted_run_names_what_is_not_sealed, a_recording_made_by_reduce_has_a_page_beside_it,
                  the_pictures_are_mean_and_maximum_of_the_frames,
                  what_is_no_recording_of_ours_is_refused_with_a_sentence, malformed_files_are_refused_and_crash_nothing])
