"""Each mistake gets one clear message and exit code 1 or 2, never a crash or a hang, and leaves earlier files alone."""

import json
import os

import support


def refused(result, *words):
    assert result.returncode in (1, 2), (result.returncode, result.stdout, result.stderr)
    lines = result.stderr.strip()
    assert lines.startswith("tarsier: "), result.stderr
    for word in words:
        assert word in lines, f"{word!r} is not in {lines!r}"
    return lines


def run_rig(folder, change, *words, command="run"):
    camera = support.test_camera(64, 48, 50, frames=5)
    document = support.rig(folder / "store", camera)
    change(document)
    lines = refused(support.run(command, support.write_rig(folder, document), timeout=60), *words)
    assert not support.sealed(folder / "store")
    return lines


def camera_of(document):
    return document["cameras"][0]


def wrong_rigs():
    with support.Scratch() as folder:
        refused(support.run("run", folder / "absent.json"), "absent.json", "No such file")
        (folder / "text.json").write_text("cameras: []\n")
        refused(support.run("run", folder / "text.json"), "text.json", "line 1")
        refused(support.run("run", folder), "directory")
        run_rig(folder, lambda d: camera_of(d).update(gian=2), "/cameras/0/gian", "unknown key")
        run_rig(folder, lambda d: camera_of(d).update(slotz=2), "/cameras/0/slotz", "did you mean slots?")
        run_rig(folder, lambda d: camera_of(d).update(regions=[{"name": "far", "circle": {"x_px": 900, "y_px": 9, "radius_px": 3}}]),
                "/cameras/0/regions/0")
        run_rig(folder, lambda d: d["cameras"].append(dict(camera_of(d))), "/cameras/1/name")
        two = run_rig(folder, lambda d: (camera_of(d).update(slots=1), d["memory"].update(budget_mib="big")),
                      "/cameras/0/slots", "/memory/budget_mib")
        assert two.count("\n") >= 2, two


def wrong_sources():
    with support.Scratch() as folder:
        def source(**keys):
            return lambda d: camera_of(d)["source"].update(keys)
        run_rig(folder, source(brightness=3), "/cameras/0/source/brightness")
        run_rig(folder, source(pattern="ball ! filesink location=x"), "/cameras/0/source/pattern")
        run_rig(folder, source(pipeline="tset"), "/cameras/0/source/pipeline", "test")
        evil = folder / "x"
        run_rig(folder, lambda d: camera_of(d).update(source={"pipeline": "file", "location": f"a.mp4 ! filesink location={evil}"}),
                "/cameras/0/source")
        assert not evil.exists()
        (folder / "notes.txt").write_text("not a video\n" * 100)
        run_rig(folder, lambda d: camera_of(d).update(source={"pipeline": "file", "location": str(folder / "notes.txt")}), "notes.txt")
        run_rig(folder, lambda d: camera_of(d).update(source={"pipeline": "file", "location": str(folder / "absent.mp4")}), "absent.mp4")


def a_missing_element_names_the_package():
    with support.Scratch() as folder:
        environment = dict(os.environ, GST_PLUGIN_SYSTEM_PATH_1_0=str(folder), GST_REGISTRY=str(folder / "registry"))
        rig = support.write_rig(folder, support.rig(folder / "store", support.test_camera(64, 48, 50, frames=5)))
        refused(support.run("run", rig, env=environment), "gstreamer1.0-plugins-base")


def an_unusable_directory():
    with support.Scratch() as folder:
        (folder / "file").write_text("")
        rig = support.rig(folder / "file" / "store", support.test_camera(64, 48, 50, frames=5))
        refused(support.run("run", support.write_rig(folder, rig)), "store.directory", str(folder / "file"))
        if os.geteuid() == 0:
            rig = support.rig("/proc/tarsier", support.test_camera(64, 48, 50, frames=5))
        else:
            (folder / "locked").mkdir(mode=0o500)
            rig = support.rig(folder / "locked" / "store", support.test_camera(64, 48, 50, frames=5))
        refused(support.run("run", support.write_rig(folder, rig)), "store.directory")


def a_missing_disk_is_told_by_check_as_by_run():
    with support.Scratch() as folder:
        document = support.rig(folder / "store", support.test_camera(64, 48, 50, frames=5))
        document["store"]["require_mount"] = "01234567-89ab-cdef-0123-456789abcdef"
        rig = support.write_rig(folder, document)
        for command in ("check", "run"):
            refused(support.run(command, rig), "store.directory", "the disk with UUID 01234567-89ab-cdef", "is not mounted here")
        assert not (folder / "store").exists()


def reduce_to(folder, source, out="out.h5", code_words=()):
    rig = support.write_rig(folder, support.rig(folder, {"name": "cam", "keep": {"frames": "none"}}))
    return refused(support.run("reduce", source, "--rig", rig, "-o", folder / out, timeout=60), *code_words)


def an_existing_output_is_never_overwritten():
    with support.Scratch() as folder:
        (folder / "out.h5").write_text("precious")
        reduce_to(folder, support.MOUSE, code_words=("out.h5", "overwritten"))
        assert (folder / "out.h5").read_text() == "precious"


def a_video_whose_index_was_cut_off_is_an_error():
    with support.Scratch() as folder:
        cut = folder / "cut.mp4"
        cut.write_bytes(support.MOUSE.read_bytes()[:200_000])
        reduce_to(folder, cut, code_words=("cut.mp4",))
        assert not (folder / "out.h5").exists()


def broken_videos():
    source = support.recording("D12_badmp4")
    if source is None:
        print("  skipped: the broken videos are not here")
        return
    for video in sorted(source.glob("*.mp4")):
        with support.Scratch() as folder:
            rig = support.write_rig(folder, support.rig(folder, {"name": "cam", "keep": {"frames": "none"}}))
            result = support.run("reduce", video, "--rig", rig, "-o", folder / "out.h5", timeout=60)
            assert result.returncode in (0, 1, 2), (video, result)
            if result.returncode != 0:
                refused(result, video.name)
            print(f"  {video.name}: exit {result.returncode} {result.stderr.strip()[:160]}")


def broken_hdf5_files():
    source = support.recording("D11_badhdf5")
    if source is None:
        print("  skipped: the broken HDF5 files are not here")
        return
    for file in sorted(source.glob("*.h5")):
        with support.Scratch() as folder:
            line = reduce_to(folder, file, code_words=(file.name,))
            assert not (folder / "out.h5").exists()
            print(f"  {line[:200]}")


def wrong_use():
    assert support.run("run").returncode == 2
    assert support.run("rnu", "x").returncode == 2
    assert support.run().returncode == 2
    assert support.run("run", "--help").returncode == 0
    with support.Scratch() as folder:
        result = support.run("status", "--at", "127.0.0.1:1", "--json")
        refused(result, "127.0.0.1:1")
        _ = folder


def over_budget_names_the_consumers_and_remedies():
    with support.Scratch() as folder:
        camera = support.test_camera(1224, 1024, 30, frames=5, slots=64)
        rig = support.write_rig(folder, support.rig(folder / "store", camera, memory={"budget_mib": 64}))
        for command in ("run", "plan"):
            line = refused(support.run(command, rig), "/memory/budget_mib", "slots")
            table = line.split("Memory, biggest first:\n")[1].split("of a budget")[0].splitlines()[:-1]
            amounts = [float(entry.split()[0]) for entry in table if entry.split()[1] == "MiB"]
            assert len(amounts) >= 4 and amounts == sorted(amounts, reverse=True), line
            assert line.count("\n  - ") >= 2, line
        fitted = folder / "fitted.json"
        support.must(support.run("plan", rig, "--fit", "-o", fitted))
        support.must(support.run("plan", fitted))
        assert json.loads(fitted.read_text())["cameras"][0]["slots"] < 64
        support.must(support.run("run", fitted))


if __name__ == "__main__":
    support.main([wrong_rigs, wrong_sources, a_missing_element_names_the_package, an_unusable_directory, a_missing_disk_is_told_by_check_as_by_run,
                  an_existing_output_is_never_overwritten,
                  a_video_whose_index_was_cut_off_is_an_error, broken_videos, broken_hdf5_files, wrong_use,
                  over_budget_names_the_consumers_and_remedies])
