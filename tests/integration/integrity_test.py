"""verify, merge and export on recorded runs, and what they say of bad input."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import h5py
import numpy as np

import support

REGIONS = [{"name": "left", "rectangle": {"x_px": 0, "y_px": 0, "width_px": 80, "height_px": 120},
            "labels": {"genotype": "wt", "dose, mM": "0.5"}},
           {"name": "disc", "circle": {"x_px": 110, "y_px": 60, "radius_px": 30}, "labels": {"genotype": "mut"}}]


def record(folder, frames=150, fps=60, store=None, **more):
    """A run of at least three segments; returns its folder."""
    camera = support.test_camera(160, 120, fps, frames=frames, regions=REGIONS)
    camera["source"].update(more.pop("source", {}))
    camera.update(more)
    document = support.rig(folder / "store", camera)
    document["store"].update({"segment_s": 1, **(store or {})})
    support.must(support.run("run", support.write_rig(folder, document)))
    [run] = (folder / "store").glob("check_*")
    assert len(segments(run)) >= 3, segments(run)
    return run


def segments(run):
    return sorted((run / "cam").glob("*.h5"))


def passes(script, *arguments):
    result = subprocess.run([sys.executable, str(support.SOURCE / "tests/integration" / script), *map(str, arguments)],
                            capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr


def verified(path, code=0):
    return json.loads(support.must(support.run("verify", path, "--json"), code).stdout)


def flip(path, offset):
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 1]))


def place_of_chunk(path, frame):
    """Offset and index of the first frame of the chunk that holds a frame."""
    with h5py.File(path) as file:
        frames = file["frames"]
        first = frame // frames.chunks[0] * frames.chunks[0]
        chunk = frames.id.get_chunk_info_by_coord((first, 0, 0))
        return chunk.byte_offset, chunk.size, first, min(first + frames.chunks[0], len(frames)) - 1


def a_sealed_run_is_whole_and_its_files_hold_nothing_newer_than_hdf5_1_8():
    with support.Scratch() as folder:
        run = record(folder)
        facts = verified(run)
        assert facts["whole"] and len(facts["files"]) == len(segments(run))
        assert all(file["sha256"] in ("matches", "not yet") for file in facts["files"]), facts
        assert sum(file["frames"] for file in facts["files"]) == 150
        for file in segments(run):
            passes("hdf5_18_rules.py", file)
            assert verified(file)["whole"]
        text = support.must(support.run("verify", run)).stdout
        assert "All is as it was sealed" in text, text


def bad_frames_are_named_by_index_and_id():
    with support.Scratch() as folder:
        run = record(folder)
        file = segments(run)[1]
        with h5py.File(file) as opened:
            ids = opened["tarsier/rows"]["frame_id"]
        offset, size, first, last = place_of_chunk(file, 10)
        flip(file, offset + size // 2)
        facts = verified(run, 1)
        [bad] = [bad for found in facts["files"] for bad in found["bad"]]
        assert (bad["dataset"], bad["first"], bad["last"]) == ("/frames", first, last), bad
        assert (bad["first_id"], bad["last_id"]) == (ids[first], ids[last]), bad
        text = support.must(support.run("verify", run), 1).stdout
        assert f"frames {first} to {last} (ids {ids[first]} to {ids[last]})" in text, text


def chunk_places(path, data, name):
    """Where chunks of a dataset begin, and where their addresses stand in nodes of the index, which HDF5 gives no checksum."""
    with h5py.File(path) as file:
        dataset = file[name]
        chunks = [dataset.id.get_chunk_info(i).byte_offset for i in range(dataset.id.get_num_chunks())]
        child = 24 + 8 + 8 * (dataset.ndim + 1)
    nodes = [at for at in range(0, len(data) - child - 8, 8) if data[at:at + 5] == b"TREE\x01"]
    addresses = [at + child for at in nodes if int.from_bytes(data[at + child:at + child + 8], "little") in chunks]
    return chunks, addresses


def a_bit_flipped_in_any_chunk_table_or_index_is_found():
    with support.Scratch() as folder:
        run = record(folder, frames=240, fps=100)
        copy = folder / "copy.h5"
        data = segments(run)[0].read_bytes()
        places = []
        for name in ("frames", "tarsier/rows", "tarsier/regions", "analysis/roi_0_activity", "timestamps", "rois/masks",
                     "tarsier/chunks"):
            chunks, addresses = chunk_places(segments(run)[0], data, name)
            assert addresses, name
            places += [*chunks, *addresses]
        for offset in places:
            shutil.copy(segments(run)[0], copy)
            flip(copy, offset)
            result = support.run("verify", copy, "--json")
            assert result.returncode == 1, (offset, data[offset:offset + 8], result.stdout)


def merged_files_are_their_segments():
    with support.Scratch() as folder:
        cases = [dict(), dict(source={"format": "GRAY16_LE"}, convert={"pixel": "gray16"}), dict(keep={"frames": "none"}),
                 dict(fps=30, frames=90, sampling={"interval_s": 0.1, "on_missing": "repeat_last"}),
                 dict(store={"codec": "none"}),
                 dict(reduce={"projection": {"interval_s": 0.5, "kinds": ["mean", "max", "std"]}})]
        for number, case in enumerate(cases):
            place = folder / str(number)
            place.mkdir()
            run = record(place, **case)
            facts = json.loads(support.must(support.run("merge", run, "-o", place / "merged", "--json")).stdout)
            [file] = facts["files"]
            assert pathlib.Path(file["file"]).name == f"check_cam_{run.name[-15:]}.h5", file
            passes("merge_rules.py", file["file"], *segments(run))
            for rules in ("napari_rules.py", "silx_rules.py", "hdf5_18_rules.py"):
                passes(rules, file["file"])
            assert verified(file["file"])["whole"]
            again = support.run("merge", run, "-o", place / "merged")
            assert again.returncode == 2 and "never overwritten" in again.stderr


def exports_say_what_the_segments_say():
    with support.Scratch() as folder:
        run = record(folder, fps=30, frames=90, sampling={"interval_s": 0.1, "on_missing": "repeat_last"})
        support.must(support.run("merge", run, "-o", folder / "merged"))
        [merged] = (folder / "merged").glob("*.h5")
        for source, name in ((run, "a"), (merged, "b")):
            out = folder / name
            support.must(support.run("export", source, "--csv", "--tidy", "--npy", "--napari-results", "--bin", "0.02",
                                     "--lights-on", "06:00", "-o", out, env={**os.environ, "TZ": "UTC"}))
            passes("export_rules.py", out, "cam", 0.02, "06:00", *(segments(run) if source == run else [merged]))
        assert (folder / "a/tidy.csv").read_text() == (folder / "b/tidy.csv").read_text()
        reads_in_r(folder / "a/tidy.csv")


def reads_in_r(tidy):
    if not shutil.which("Rscript"):
        print("  skipped: R is not here")
        return
    script = f"""t <- read.csv("{tidy}", check.names = FALSE)
        stopifnot(is.numeric(t$mean_activity), is.numeric(t$missing_share), "dose, mM" %in% names(t))
        cat(nrow(t), sum(is.na(t$mean_activity)), length(unique(t$genotype)), sum(t$pairs), "\\n")"""
    out = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, timeout=120)
    assert out.returncode == 0, out.stderr
    lines = tidy.read_text().splitlines()
    rows, missing, genotypes, pairs = map(int, out.stdout.split())
    assert rows == len(lines) - 1 and genotypes == 2 and pairs > 0
    assert missing == sum(line.split(",")[-4] == "NA" for line in lines[1:]), (missing, lines[:3])


def refused(code, *needles, arguments):
    result = support.run(*arguments, timeout=120)
    assert result.returncode == code, (arguments, result.returncode, result.stdout, result.stderr)
    text = result.stdout + result.stderr
    for needle in needles:
        assert needle in text, (needle, text)


def bad_input_gets_a_place_and_a_remedy():
    with support.Scratch() as folder:
        run = record(folder)
        empty = folder / "empty"
        empty.mkdir()
        with h5py.File(folder / "foreign.h5", "w") as file:
            file["x"] = np.arange(5)
        cut = folder / "cut.h5"
        cut.write_bytes(segments(run)[0].read_bytes()[:50_000])
        part = folder / "torn.h5.part"
        part.write_bytes(b"torn")
        for command, extra in (("verify", []), ("merge", ["-o", folder / "out"]), ("export", ["--csv", "-o", folder / "out"])):
            refused(2, str(folder / "no"), "is not there", arguments=[command, folder / "no", *extra])
            refused(2, "has no run.json", arguments=[command, empty, *extra])
            refused(2, "not sealed", arguments=[command, part, *extra])
            refused(2, "there is no option --jsn; did you mean --json?", arguments=[command, run, "--jsn", *extra])
        for command, extra in (("verify", []), ("export", ["--csv", "-o", folder / "out"])):
            refused(1, "foreign.h5", "Tarsier did not write it", arguments=[command, folder / "foreign.h5", *extra])
            refused(1, "cut.h5", "damaged or incomplete", arguments=[command, cut, *extra])
        refused(2, "is a file; name the folder of a run", arguments=["merge", cut, "-o", folder / "out"])
        refused(2, "tarsier recover", arguments=["verify", part])
        (run / "run.json").unlink()
        for command, extra in (("verify", []), ("merge", ["-o", folder / "out"]), ("export", ["--csv", "-o", folder / "out"])):
            refused(2, "has no run.json", arguments=[command, run, *extra])
        assert not (folder / "out").exists()


def files_that_crash_hdf5_are_told():
    bad = support.recording("D11_badhdf5")
    if bad is None:
        print("  skipped: the malformed files are not here")
        return
    files = sorted(path for path in bad.rglob("*") if path.suffix in (".h5", ".hdf5", ""))
    files = [path for path in files if path.is_file() and path.read_bytes()[:4] == b"\x89HDF"]
    assert files
    with support.Scratch() as folder:
        for file in files:
            refused(1, file.name, arguments=["verify", file])
            refused(1, file.name, arguments=["export", file, "--csv", "-o", folder / "out"])


def killed(folder):
    """A run that was killed: its folder, torn segment and journal."""
    camera = support.test_camera(160, 120, 60, regions=REGIONS)
    recording = support.start("run", support.write_rig(folder, support.rig(folder / "store", camera)))
    support.wait_until(lambda: list((folder / "store").glob("*/*/*.journal")), "a segment")
    time.sleep(2.5)
    recording.kill()
    recording.communicate()
    [part] = (folder / "store").glob("*/*/*.part")
    return part.parent.parent, part, part.with_suffix("").with_suffix(".journal")


def bad_files():
    bad = support.recording("D11_badhdf5")
    files = sorted(bad.glob("*.h5")) if bad else []
    if not files:
        print("  skipped: the malformed files are not here")
    return files


def recovery_never_opens_a_malformed_part():
    for bad in bad_files():
        with support.Scratch() as folder:
            run, part, journal = killed(folder)
            part.write_bytes(bad.read_bytes())
            alone, foreign = folder / "alone.h5.part", folder / "other.h5.part"
            for path in (alone, foreign, folder / "other.journal"):
                path.write_bytes(bad.read_bytes())
            refused(1, "alone.journal is missing", arguments=["recover", alone])
            refused(1, "other.journal", arguments=["recover", foreign])
            assert all(path.read_bytes() == bad.read_bytes() for path in (alone, foreign, folder / "other.journal"))
            refused(0, "damaged and lost, their rows are there", arguments=["recover", run])
            assert not part.exists() and not journal.exists()
            [sealed] = support.sealed(folder / "store")
            with h5py.File(sealed) as file:
                assert len(file["/tarsier/rows"]) > 30 and len(file["/frames"]) == 0
            assert verified(run)["whole"]


def a_torn_run_of_another_user_is_told_and_left_as_it_is():
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        print("  skipped: only root can be somebody else")
        return
    with support.Scratch() as folder:
        run, part, journal = killed(folder)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        result = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", str(support.TARSIER), "recover", str(run)],
                                capture_output=True, text=True, timeout=60)
        assert result.returncode == 1 and "Permission denied; check who owns it" in result.stderr, result
        assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        assert part in before and journal in before
        refused(0, "rows", arguments=["recover", run])


def outputs_that_cannot_be_written_are_told():
    with support.Scratch() as folder:
        run = record(folder)
        (folder / "taken").write_text("a file")
        refused(1, "taken: is not a directory", arguments=["merge", run, "-o", folder / "taken"])
        refused(1, "taken: is not a directory", arguments=["export", run, "--csv", "-o", folder / "taken"])
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            return
        (folder / "foreign").mkdir(mode=0o755)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        for arguments in (["merge", run, "-o", folder / "foreign"], ["export", run, "--csv", "-o", folder / "foreign"]):
            result = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", str(support.TARSIER), *map(str, arguments)],
                                    capture_output=True, text=True, timeout=60)
            assert result.returncode == 1 and "Permission denied; check who owns it" in result.stderr, result.stderr
        assert not list((folder / "foreign").iterdir())


if __name__ == "__main__":
    support.main([a_sealed_run_is_whole_and_its_files_hold_nothing_newer_than_hdf5_1_8, bad_frames_are_named_by_index_and_id,
                  a_bit_flipped_in_any_chunk_table_or_index_is_found, merged_files_are_their_segments,
                  exports_say_what_the_segments_say, bad_input_gets_a_place_and_a_remedy, files_that_crash_hdf5_are_told,
                  recovery_never_opens_a_malformed_part, a_torn_run_of_another_user_is_told_and_left_as_it_is,
                  outputs_that_cannot_be_written_are_told])
