"""A device that is changed over the network while it records, read back from its files: real tarsierd, real sockets."""

import io
import json
import os
import random
import signal
import sys
import time
import urllib.error
import urllib.request

import h5py
import numpy

import support

PORT = 18591
JSON = "application/json"
MERGE = "application/merge-patch+json"


def ask(method, path, body=None, content_type=JSON, **headers):
    """Status, document and headers of an answer."""
    data = None if body is None and method in ("GET", "DELETE") else json.dumps(body if body is not None else {}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", data, method=method)
    if data is not None:
        request.add_header("Content-Type", content_type)
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text else None, answer.headers
    except urllib.error.HTTPError as error:
        text = error.read()
        return error.code, json.loads(text) if text else None, error.headers


def camera(fps=50, **more):
    return support.test_camera(160, 120, fps, regions=[
        {"name": "left", "rectangle": {"x_px": 0, "y_px": 0, "width_px": 80, "height_px": 120}}], **more)


class Device(support.Device):
    def __init__(self, folder, cameras, **store):
        document = support.rig(folder / "store", cameras, control={"listen": f"127.0.0.1:{PORT}", "rollback_after_s": 3})
        document["store"].update(store)
        self.store = folder / "store"
        super().__init__(support.write_rig(folder, document), PORT)

    def rows(self):
        """All rows of the newest run, with the regions' names of their segment, in order."""
        found = []
        for path in sorted(max(self.store.glob("*/run.json")).parent.glob("*/*.h5")):
            with h5py.File(path) as file:
                names = [str(name) for name in file["tarsier"].attrs["region_names"]]
                found.append((file["tarsier/rows"][:], names))
        return found


def the_rig_can_be_read_changed_and_taken_back():
    with support.Scratch() as folder, Device(folder, camera()):
        status, rig, headers = ask("GET", "/v1/config")
        assert status == 200 and rig["experiment"] == "check" and headers["ETag"] == '"1"', (status, headers["ETag"])
        status, answer, headers = ask("PATCH", "/v1/config", {"store": {"segment_s": 600}}, MERGE, If_Match='"1"')
        assert status == 200 and answer["generation"] == 2 and headers["ETag"] == '"2"', answer
        assert answer["changes"] == [{"pointer": "/store/segment_s", "from": 7200, "to": 600, "class": "live"}], answer
        assert ask("PATCH", "/v1/config", {"store": {"segment_s": 60}}, MERGE, If_Match='"1"')[0] == 412
        status, answer, _ = ask("POST", "/v1/config/validate", {"store": {"segment_s": 5}}, MERGE)
        assert status == 200 and answer["generation"] == 2 and answer["changes"], answer
        assert ask("GET", "/v1/config")[1]["store"]["segment_s"] == 600
        status, answer, _ = ask("PATCH", "/v1/config", {"cameras": [dict(camera(), slots=99)]}, MERGE)
        assert status == 409 and "/cameras/0/slots" in answer["detail"], answer
        status, answer, _ = ask("PATCH", "/v1/config", {"sotre": {}, "memory": {"budget_mib": 1}}, MERGE)
        pointers = {problem["pointer"] for problem in answer["problems"]}
        assert status == 422 and pointers == {"/sotre", "/memory/budget_mib"}, answer
        status, answer, _ = ask("POST", "/v1/config/rollback")
        assert status == 200 and answer["generation"] == 3, answer
        assert ask("GET", "/v1/config")[1].get("store", {}).get("segment_s", 7200) == 7200
        history = ask("GET", "/v1/config/history")[1]
        assert [entry["generation"] for entry in history] == [1, 2, 3], history
        assert history[1]["origin"] == "PATCH from 127.0.0.1", history


def regions_change_at_a_frame_and_no_frame_is_lost():
    with support.Scratch() as folder, Device(folder, camera()) as device:
        two = [dict(camera()["regions"][0]),
               {"name": "right", "rectangle": {"x_px": 80, "y_px": 0, "width_px": 80, "height_px": 120}}]
        rig = ask("GET", "/v1/config")[1]
        rig["cameras"][0]["regions"] = two
        status, answer, _ = ask("PUT", "/v1/config", rig)
        assert status == 200 and answer["generation"] == 2, answer
        before = support.get_json(PORT)["cameras"][0]["ledger"]["delivered"]
        support.wait_until(lambda: support.get_json(PORT)["cameras"][0]["ledger"]["delivered"] > before + 50, "more frames")
        device.end()
        segments = device.rows()
        assert [names for _, names in segments] == [["left"], ["left", "right"]], segments
        rows = numpy.concatenate([rows for rows, _ in segments])
        ids = rows["frame_id"]
        assert (numpy.diff(ids.astype("int64")) == 1).all(), ids
        assert set(segments[0][0]["generation"]) == {1} and set(segments[1][0]["generation"]) == {2}
        assert (rows["pair_ns"][1:] > 0).all(), "the pair at the seam is there"


def an_idle_device_judges_a_rig_by_the_cameras_that_it_knows():
    with support.Scratch() as folder, Device(folder, camera()) as device:
        slots = ask("POST", "/v1/config/validate", {"cameras": [camera(slots=200)]}, MERGE)[1]
        status, answer, _ = ask("POST", "/v1/config/validate", {"store": {"segment_s": 60}}, MERGE)
        assert status == 200 and slots["needs_arm"] and not answer["needs_arm"], (slots, answer)
        assert slots["plan"]["planned_bytes"] > answer["plan"]["planned_bytes"], (slots["plan"], answer["plan"])
        assert ask("POST", "/v1/runs/current/stop")[0] == 200
        outside = dict(camera()["regions"][0], rectangle={"x_px": 100, "y_px": 0, "width_px": 80, "height_px": 120})
        for method, path in (("POST", "/v1/config/validate"), ("PATCH", "/v1/config")):
            status, answer, _ = ask(method, path, {"cameras": [dict(camera(), regions=[outside])]}, MERGE)
            assert status == 422 and answer["problems"][0]["pointer"].startswith("/cameras/0/regions/0"), answer
            status, answer, _ = ask(method, path, {"cameras": [camera(slots=3000)], "memory": {"budget_mib": 64}}, MERGE)
            assert status == 422 and answer["problems"][0]["pointer"] == "/memory/budget_mib", answer
        # Of another source only a look can tell.
        other = {"cameras": [support.test_camera(320, 240, 20)]}
        status, answer, _ = ask("POST", "/v1/config/validate", other, MERGE)
        assert status == 200 and answer["plan"]["cameras"], answer
        # This machine may take back what only it may change.
        assert ask("PATCH", "/v1/config", {"store": {"directory": str(folder / "other")}}, MERGE)[0] == 200
        status, answer, _ = ask("POST", "/v1/config/rollback")
        assert status == 200 and answer["changes"][0]["class"] == "local", answer
        status, answer, _ = ask("POST", "/v1/config/rollback", {"generation": 99})
        assert status == 404 and answer["detail"] == "there is no generation 99", answer
        history = ask("GET", "/v1/config/history")[1]
        assert history[-1]["changed"] == ["/store/directory"] and history[-1]["changes"] == 1, history
        assert history[-1]["origin"] == "rollback to generation 1 from 127.0.0.1", history
        assert device.process.poll() is None


VALVE = {
    "summary": "A camera that can be shut.",
    "launch": ["videotestsrc name=source is-live=true", "valve name=valve",
               "capsfilter name=format caps=video/x-raw,format=GRAY8,width=160,height=120,framerate=50/1",
               "appsink name=sink"],
    "plugin_memory_mib": 3, "frames_held": 3, "live": True, "counts_frames": False,
    "parameters": [{"name": "shut", "type": "boolean", "help": "No frame comes.", "sets": "valve.drop", "change": "live",
                    "default": False}],
}


def a_change_after_which_no_frame_comes_is_taken_back():
    with support.Scratch() as folder:
        (folder / "valve.json").write_text(json.dumps(VALVE))
        shut = {"name": "cam", "source": {"pipeline": "./valve.json"}, "keep": {"frames": "all"}}
        with Device(folder, shut):
            source = ask("GET", "/v1/config")[1]["cameras"][0]["source"]
            status, answer, _ = ask("PATCH", "/v1/config", {"cameras": [dict(shut, source=dict(source, shut=True))]}, MERGE)
            assert status == 200 and not answer["needs_arm"], answer
            history = support.wait_until(lambda: len(h := ask("GET", "/v1/config/history")[1]) == 3 and h, "a way back")
            assert history[-1]["origin"].startswith("taken back: no frame of cam came"), history
            before = support.get_json(PORT)["cameras"][0]["ledger"]["delivered"]
            support.wait_until(lambda: support.get_json(PORT)["cameras"][0]["ledger"]["delivered"] > before + 20, "frames")


def runs_begin_and_end_on_demand():
    with support.Scratch() as folder, Device(folder, camera()) as device:
        first = support.get_json(PORT)["run"]
        assert ask("POST", "/v1/runs")[0] == 409
        assert ask("POST", "/v1/runs/current/marks", {"text": "lights off"})[0] == 201
        status, answer, _ = ask("POST", "/v1/runs/current/rotate")
        assert status == 200 and answer["sealed"] == 1, answer
        assert ask("DELETE", f"/v1/runs/{first}")[0] == 409
        support.get_json(PORT)  # is kept for a moment, but not beyond an answer that says otherwise
        status, answer, _ = ask("POST", "/v1/runs/current/stop")
        assert status == 200 and answer["run"] == first, answer
        assert [run["current"] for run in ask("GET", "/v1/runs")[1]] == [False]
        assert ask("POST", "/v1/runs/current/stop")[0] == 409
        assert support.get_json(PORT)["state"] == "idle"
        # While nothing is recorded everything may change, and acts at the next start.
        status, answer, _ = ask("PATCH", "/v1/config", {"cameras": [camera(25, slots=8)]}, MERGE)
        assert status == 200 and answer["needs_arm"], answer
        time.sleep(1.1)  # the run's name has its second
        status, answer, _ = ask("POST", "/v1/runs", {"duration_s": 3600})
        assert status == 201 and answer["run"] != first, answer
        device.recording()
        assert support.get_json(PORT)["cameras"][0]["ring"]["slots"] == 8
        runs = ask("GET", "/v1/runs")[1]
        assert len(runs) == 2, runs
        assert ask("DELETE", f"/v1/runs/{first}")[0] == 409, "nobody pulled it"
        assert ask("DELETE", f"/v1/runs/{first}?unpulled=1")[0] == 200
        assert not (device.store / first).exists()
        events = []
        device.end()
        for path in support.sealed(device.store):
            with h5py.File(path) as file:
                events += [bytes(event["text"]).split(b"\0")[0] for event in file["tarsier/events"][:]]
        assert b"lights off" not in events, "it was in the run that is deleted"


def pulled_segments_are_noted_and_only_with_the_right_checksum():
    with support.Scratch() as folder, Device(folder, camera()) as device:
        ask("POST", "/v1/runs/current/rotate")
        run = support.get_json(PORT)["run"]

        def segment():
            manifest = ask("GET", f"/v1/runs/{run}")[1]
            return next((s for s in manifest["cameras"][0]["segments"] if s["sealed"] and s["sha256"]), None)
        known = support.wait_until(segment, "a checksum")
        path = f"/v1/runs/{run}/files/{known['file']}/pulled"
        assert ask("POST", path, {"sha256": "0" * 64})[0] in (409, 422)
        assert segment()["pulled"] is None
        assert ask("POST", path, {"sha256": known["sha256"]})[0] == 200
        assert support.wait_until(lambda: segment()["pulled"], "the note in run.json")
        device.end()


def a_kill_at_any_moment_of_a_change_leaves_the_old_rig_or_the_new_one():
    seed = random.randrange(1 << 30)
    print(f"   seed {seed}")
    dice = random.Random(seed)
    with support.Scratch() as folder, Device(folder, camera(), sync_interval_ms=200) as device:
        for turn in range(KILLS):
            value = 1000 + turn
            old = ask("GET", "/v1/config")[1]["store"].get("segment_s", 7200)
            pid = os.fork()
            if pid == 0:
                try:
                    ask("PATCH", "/v1/config", {"store": {"segment_s": value}}, MERGE)
                finally:
                    os._exit(0)
            time.sleep(dice.uniform(0, 0.15))
            device.end(signal.SIGKILL)
            os.waitpid(pid, 0)
            device.begin()
            status, rig, headers = ask("GET", "/v1/config")
            assert status == 200 and rig["store"].get("segment_s", 7200) in (old, value), (turn, old, value, rig["store"])
            history = ask("GET", "/v1/config/history")[1]
            assert f'"{history[-1]["generation"]}"' == headers["ETag"], history
            state = device.store / "state" / f"config-{history[-1]['generation']}.json"
            assert json.loads(state.read_text())["rig"] == rig


def resident_kib(process):
    with open(f"/proc/{process.pid}/smaps_rollup", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Rss:"))


def a_thousand_changes_cost_nothing():
    with support.Scratch() as folder, Device(folder, camera(100), reserve_mib=8) as device:
        accepted = 1
        early = 0
        for turn in range(CHANGES):
            if turn == CHANGES // 10:
                early = resident_kib(device.process)
            kind = turn % 5
            patch = ({"store": {"segment_s": 3000 + turn}}, {"store": {"segment_s": -1}}, {"unknown": 1},
                     {"store": {"segment_mib": 500 + turn}}, {"cameras": "none"})[kind]
            status, answer, _ = ask("PATCH", "/v1/config", patch, MERGE)
            assert status == (200 if kind in (0, 3) else 422), (turn, status, answer)
            accepted += status == 200
        late = resident_kib(device.process)
        support.wait_until(lambda: ask("GET", "/v1/cameras/cam/rows?limit=1")[1]["rows"][-1]["generation"] == accepted,
                           "a frame under the last rig")
        status = support.get_json(PORT)
        ledger = support.delivered_is_accounted_for(status["cameras"][0]["ledger"])
        assert sum(ledger["dropped"].values()) == 0, ledger
        assert ask("GET", "/v1/config/history")[1][-1]["generation"] == accepted
        print(f"   {CHANGES} changes, {accepted - 1} of them valid: {late - early} KiB more after the first tenth")
        assert late - early <= 1024, (early, late)
        device.end()
        generations = numpy.concatenate([rows["generation"] for rows, _ in device.rows()])
        assert (numpy.diff(generations.astype("int64")) >= 0).all() and generations[-1] == accepted, generations[-1]


def the_latest_rows_and_pictures_are_there_to_look_at():
    with support.Scratch() as folder, Device(folder, camera()):
        status, page, _ = ask("GET", "/v1/cameras/cam/rows?limit=3")
        ids = [row["frame_id"] for row in page["rows"]]
        assert status == 200 and len(ids) == 3 and ids == sorted(ids), page
        status, page, _ = ask("GET", f"/v1/cameras/cam/rows?since_id={ids[-1]}&limit=2")
        assert all(row["frame_id"] > ids[-1] for row in page["rows"]), page
        assert ask("GET", "/v1/cameras/nobody/rows")[0] == 404
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/v1/cameras/cam/frame.npy", timeout=10) as answer:
            frame = numpy.load(io.BytesIO(answer.read()))
        assert frame.shape == (120, 160) and frame.dtype == numpy.uint8 and frame.max() > 200, (frame.shape, frame.max())
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/v1/cameras/cam/frame.jpg?width=80", timeout=10) as answer:
            picture = answer.read()
        assert picture[:2] == b"\xff\xd8" and answer.headers["Content-Type"] == "image/jpeg", picture[:20]


KILLS, CHANGES = (int(word) for word in (sys.argv[1:] + ["50", "1000"][len(sys.argv) - 1:])[:2])

if __name__ == "__main__":
    support.main([
        the_rig_can_be_read_changed_and_taken_back,
        regions_change_at_a_frame_and_no_frame_is_lost,
        the_latest_rows_and_pictures_are_there_to_look_at,
        an_idle_device_judges_a_rig_by_the_cameras_that_it_knows,
        a_change_after_which_no_frame_comes_is_taken_back,
        runs_begin_and_end_on_demand,
        pulled_segments_are_noted_and_only_with_the_right_checksum,
        a_kill_at_any_moment_of_a_change_leaves_the_old_rig_or_the_new_one,
        a_thousand_changes_cost_nothing,
    ])
