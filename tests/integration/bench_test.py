"""`tarsier bench` measures the machine that it runs on, and leaves nothing behind. Nothing here is about speed."""

import json
import math
import os
import signal

import support

SECONDS = 1


def numbers(value, place=""):
    """All numbers of a document, with where they are."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from numbers(entry, f"{place}/{key}")
    elif isinstance(value, list):
        for i, entry in enumerate(value):
            yield from numbers(entry, f"{place}/{i}")
    elif isinstance(value, (int, float)):
        yield place, value


def every_figure_is_positive_and_finite():
    with support.Scratch() as folder:
        result = support.must(support.run("bench", "--directory", folder, "--seconds", SECONDS, "--json"))
        facts = json.loads(result.stdout)
        found = list(numbers(facts))
        assert len(found) > 40, found
        for place, number in found:
            none_carried = place.startswith("/cameras/") and place.endswith("/cameras")
            assert math.isfinite(number) and (number > 0 or none_carried and number == 0), (place, number)
        assert facts["disk"]["directory"] == str(folder)
        assert [codec["codec"] for codec in facts["codecs"]] == ["none", "deflate level 1", "deflate level 6",
                                                                  "bitshuffle-lz4"]
        assert len(facts["cameras"]) == 9
        assert not list(folder.iterdir())


def proposed_keys_are_understood_by_check():
    with support.Scratch() as folder:
        result = support.must(support.run("bench", "--directory", folder, "--seconds", SECONDS, "--camera", "64x48@5",
                                          "--json"))
        keys = json.loads(result.stdout)["advice"]["rig"]
        document = support.rig(folder / "store", support.test_camera(64, 48, 5, **keys["cameras"][0]),
                               memory={"budget_mib": 4096})
        document["store"].update(keys["store"])
        support.must(support.run("check", support.write_rig(folder, document)))


def a_person_reads_a_table():
    with support.Scratch() as folder:
        result = support.must(support.run("bench", "--directory", folder, "--seconds", SECONDS))
        for word in ("memory", "kernel", "codec", "disk", "1920x1080", "30 frames/s", '"slots"', '"store"'):
            assert word in result.stdout, (word, result.stdout)


def an_interrupted_one_leaves_nothing():
    with support.Scratch() as folder:
        process = support.start("bench", "--directory", folder, "--seconds", 600)
        assert "measuring" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
        assert process.returncode == 1 and "stopped" in error and not out, (process.returncode, out, error)
        assert not list(folder.iterdir())


def refused(words, *arguments, code=1):
    result = support.must(support.run("bench", *arguments), code)
    assert not result.stdout and result.stderr.splitlines()[-1].startswith("tarsier: "), result
    for word in words:
        assert word in result.stderr, (word, result.stderr)


def an_unwritable_folder_is_refused():
    with support.Scratch() as folder:
        locked = folder / "locked"
        if os.geteuid() == 0:
            locked = "/proc"
        else:
            locked.mkdir(mode=0o500)
        refused(["--directory", str(locked)], "--directory", locked)
        refused(["--directory", "No such file"], "--directory", folder / "absent")
        (folder / "file").write_text("")
        refused(["--directory", "Not a directory"], "--directory", folder / "file")


def wrong_use_is_told():
    assert "tarsier bench --directory" in support.must(support.run("bench", "--help")).stdout
    refused(["--seconds"], "--seconds", 0, code=2)
    refused(["--camera", "1224x1024@10"], "--camera", "big", code=2)


if __name__ == "__main__":
    support.main([every_figure_is_positive_and_finite, proposed_keys_are_understood_by_check, a_person_reads_a_table,
                  an_interrupted_one_leaves_nothing, an_unwritable_folder_is_refused, wrong_use_is_told])
