"""SIGTERM seals within 5 s and the run goes on at the next start; Ctrl-C ends it for good and loses nothing."""

import json
import signal
import time

import h5py

import support

PORT = 18472


def rig_path(folder, duration_s=None):
    camera = support.test_camera(320, 240, 50)
    document = support.rig(folder / "store", camera, control={"listen": f"127.0.0.1:{PORT}"})
    if duration_s:
        document["run"] = {"duration_s": duration_s}
    return support.write_rig(folder, document)


def start_and_record(path, frames, program=None):
    process = support.start(*(["run", path] if program is None else [path]), program=program)

    def enough():
        assert process.poll() is None, process.communicate()
        status = support.get_json(PORT)
        return status and status["cameras"] and status["cameras"][0]["ledger"]["stored"] >= frames

    support.wait_until(enough, f"{frames} frames")
    return process


def stop(process, *signals):
    begun = time.monotonic()
    for number in signals:
        process.send_signal(number)
    out, error = process.communicate(timeout=30)
    assert process.returncode == 0, (process.returncode, out, error)
    seconds = time.monotonic() - begun
    assert seconds < 5, f"took {seconds:.1f} s"


def sealed_segments(folder):
    files = support.sealed(folder / "store")
    assert not list((folder / "store").rglob("*.part")) and not list((folder / "store").rglob("*.journal"))
    return files


def terminated_run_is_sealed_and_goes_on_in_a_new_segment_until_its_planned_end():
    with support.Scratch() as folder:
        path = rig_path(folder, duration_s=8)
        stop(start_and_record(path, 50), signal.SIGTERM)
        first = sealed_segments(folder)
        assert len(first) == 1, first
        support.must(support.run("run", path))
        both = sealed_segments(folder)
        assert len(both) == 2 and both[0] == first[0] and both[0].parent == both[1].parent, both
        with h5py.File(both[0]) as one, h5py.File(both[1]) as two:
            last, begin = int(one["/tarsier/rows"]["frame_id"][-1]), int(two["/tarsier/rows"]["frame_id"][0])
            assert begin > last, (last, begin)
            gaps = two["/tarsier/gaps"][:]
            assert len(gaps) and bool(gaps[0]["estimated"]), gaps
            elapsed = (two["/tarsier/rows"]["utc_ns"][-1] - one["/tarsier/rows"]["utc_ns"][0]) / 1e9
            assert 7 < elapsed < 8.5, elapsed
        manifest = json.loads((both[0].parent.parent / "run.json").read_text())
        ledger = support.delivered_is_accounted_for(manifest["cameras"][0]["ledger"])
        assert sum(s["rows"] for s in manifest["cameras"][0]["segments"]) == ledger["stored"], manifest
        assert manifest["ended"], manifest


def ended_run_is_not_continued():
    with support.Scratch() as folder:
        path = rig_path(folder)
        stop(start_and_record(path, 20), signal.SIGINT)
        stop(start_and_record(path, 20), signal.SIGINT)
        assert len(list((folder / "store").glob("*/run.json"))) == 2
        assert len(sealed_segments(folder)) == 2


def a_second_ctrl_c_loses_nothing():
    with support.Scratch() as folder:
        path = rig_path(folder)
        stop(start_and_record(path, 20), signal.SIGINT, signal.SIGINT, signal.SIGINT)
        [file] = sealed_segments(folder)
        with h5py.File(file) as opened:
            assert opened.attrs["finalized"] and len(opened["/frames"]) == len(opened["/tarsier/rows"]) >= 20


def the_service_does_the_same():
    with support.Scratch() as folder:
        path = rig_path(folder)
        stop(start_and_record(path, 20, support.TARSIERD), signal.SIGTERM)
        stop(start_and_record(path, 20, support.TARSIERD), signal.SIGTERM)
        assert len(list((folder / "store").glob("*/run.json"))) == 1
        assert len(sealed_segments(folder)) == 2


def a_second_daemon_on_the_same_store_is_refused():
    with support.Scratch() as folder:
        process = start_and_record(rig_path(folder), 10)
        other = json.loads((folder / "rig.json").read_text())
        other["control"] = {"listen": ""}
        refused = support.must(support.run("run", support.write_rig(folder, other, "other.json")), 1)
        assert "another Tarsier records here" in refused.stderr, refused.stderr
        stop(process, signal.SIGINT)


if __name__ == "__main__":
    support.main([terminated_run_is_sealed_and_goes_on_in_a_new_segment_until_its_planned_end, ended_run_is_not_continued,
                  a_second_ctrl_c_loses_nothing, the_service_does_the_same, a_second_daemon_on_the_same_store_is_refused])
