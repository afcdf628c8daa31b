"""What the integration tests share: the built programs, scratch folders, rigs, recordings. Python 3, standard library."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TARSIER_BUILD", SOURCE / "build"))
TARSIER = BUILD / "bin" / "tarsier"
TARSIERD = BUILD / "bin" / "tarsierd"
MOUSE = SOURCE / "tests" / "data" / "mouse.mp4"
RECORDINGS = SOURCE.parent / "shared" / "data"


def recording(*parts):
    """Path of a recording that the project does not bring along, or None where it isn't there."""
    path = RECORDINGS.joinpath(*parts)
    return path if path.exists() else None


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


class Scratch:
    """A fresh folder, removed at the end."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="tarsier-"))
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


def rig(store, cameras, **more):
    """A rig document for cameras (a dict or a list of them); keys of `more` replace whole sections."""
    document = {
        "experiment": "check",
        "device": "bench",
        "cameras": cameras if isinstance(cameras, list) else [cameras],
        "memory": {"budget_mib": 256},
        "store": {"directory": str(store), "reserve_mib": 16},
        "control": {"listen": ""},
    }
    document.update(more)
    return document


def test_camera(width, height, fps, frames=0, **more):
    """A camera of GStreamer's test source, paced in real time; frames=0 never ends."""
    camera = {
        "name": "cam",
        "source": {"pipeline": "test", "width_px": width, "height_px": height, "fps": fps, "frames": frames,
                   "pattern": "ball"},
        "keep": {"frames": "all"},
    }
    camera.update(more)
    return camera


def write_rig(folder, document, name="rig.json"):
    path = pathlib.Path(folder) / name
    path.write_text(json.dumps(document, indent=1))
    return path


def run(*arguments, timeout=120, **more):
    """Runs the command to its end; returns the completed process with text output."""
    return subprocess.run([str(TARSIER), *map(str, arguments)], capture_output=True, text=True, timeout=timeout, **more)


def must(result, code=0):
    """The result, after a look at its exit code."""
    if result.returncode != code:
        print(result.stdout)
        print(result.stderr, file=sys.stderr)
        raise AssertionError(f"exit code {result.returncode}, expected {code}")
    return result


def start(*arguments, program=None, **more):
    return subprocess.Popen([str(program or TARSIER), *map(str, arguments)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, **more)


def wait_until(condition, what, limit_s=30):
    """Polls until condition() is true; what it waits for is in the message of the failure."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"waited {limit_s} s in vain for {what}")


def get_json(port, path="/v1/status"):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return json.load(answer)
    except OSError:
        return None


class Device:
    """A tarsierd, which records when its `with` block begins, and ends well after it."""

    def __init__(self, rig_path, port):
        self.path, self.port = rig_path, port

    def __enter__(self):
        self.begin()
        return self

    def __exit__(self, kind, *_):
        if self.process.returncode is None:  # nobody has ended it yet
            errors = self.end()
            assert kind or self.process.returncode == 0, errors

    def begin(self):
        self.process = start(self.path, program=TARSIERD)
        try:
            self.recording()
        except AssertionError:
            self.process.kill()
            print(self.process.communicate()[1], file=sys.stderr)
            raise

    def recording(self):
        return wait_until(lambda: (s := get_json(self.port)) and s["state"] == "recording" and
                          s["cameras"][0]["ledger"]["delivered"] > 5 and s, "a recording")

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.communicate(timeout=60)[1]


def delivered_is_accounted_for(ledger):
    """The ledger's identity."""
    outcomes = ledger["stored"] + ledger["reduced_only"] + sum(ledger["skipped"].values()) + sum(ledger["dropped"].values())
    assert ledger["delivered"] == outcomes, ledger
    return ledger


def sealed(store):
    """All sealed segments below a store, in order."""
    return sorted(pathlib.Path(store).glob("*/*/*.h5"))


def main(tests):
    """Runs the functions one after the other; the first that fails ends the program with its trace."""
    for test in tests:
        begun = time.monotonic()
        test()
        print(f"ok {time.monotonic() - begun:6.1f} s  {test.__name__.replace('_', ' ')}")


