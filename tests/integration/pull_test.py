"""Runs are pulled from real devices, over connections that are cut, from devices that lie: real tarsierd, real sockets."""

import hashlib
import http.server
import json
import os
import pathlib
import random
import signal
import socket
import sys
import threading
import time
import urllib.request

import h5py

import support

PORT = 18661
CUTS = 20


def post(port, path, body=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", json.dumps(body or {}).encode(), method="POST")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Device(support.Device):
    """It records noise, which no codec makes small."""

    def __init__(self, folder, port=PORT, name="bench", **control):
        camera = support.test_camera(160, 120, 50)
        camera["source"]["pattern"] = "snow"
        document = support.rig(folder / f"store-{name}", camera, device=name,
                               control={"listen": f"127.0.0.1:{port}", **control})
        self.store = folder / f"store-{name}"
        super().__init__(support.write_rig(folder, document, f"{name}.json"), port)

    def __enter__(self):
        self.begin()
        self.more_frames(20)
        return self

    def status(self):
        return support.get_json(self.port)

    def more_frames(self, count):
        def frames():
            status = self.status()
            return status and status["state"] == "recording" and status["cameras"][0]["ledger"]["delivered"]
        begun = support.wait_until(frames, "a recording")
        support.wait_until(lambda: (frames() or 0) >= begun + count, f"more frames than {begun}")

    def rotate(self):
        self.more_frames(15)
        post(self.port, "/v1/runs/current/rotate")

    def finished_run(self, segments=4):
        for _ in range(segments - 1):
            self.rotate()
        self.more_frames(15)
        return post(self.port, "/v1/runs/current/stop")["run"]

    def segments(self, run):
        """Segments of the device's store by their path in the run."""
        return {path.relative_to(self.store / run).as_posix(): path for path in sorted((self.store / run).glob("*/*.h5"))}


class Proxy:
    """Passes bytes on to a port; cuts the first `cuts` connections after random numbers of bytes, and is slow on demand."""

    def __init__(self, port, cuts=0, most_bytes=0, dice=None, pause_s=0.0):
        self.port, self.left, self.most_bytes, self.dice, self.pause_s = port, cuts, most_bytes, dice, pause_s
        self.cuts = self.passed = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(("127.0.0.1", self.port))
            with self.lock:
                budget = self.dice.randrange(1, self.most_bytes) if self.left > 0 else None
            threading.Thread(target=self.pass_on, args=(client, server, None), daemon=True).start()
            threading.Thread(target=self.pass_on, args=(server, client, budget), daemon=True).start()

    def pass_on(self, source, target, budget):
        try:
            while data := source.recv(16384 if budget is None else min(16384, budget)):
                target.sendall(data)
                with self.lock:
                    self.passed += len(data)
                time.sleep(self.pause_s)
                if budget is not None:
                    budget -= len(data)
                    if budget <= 0:
                        with self.lock:
                            self.left -= 1
                            self.cuts += 1
                        break
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def pull(*arguments, code=0, **more):
    """The facts of a pull."""
    result = support.must(support.run("pull", "--json", *arguments, **more), code)
    return json.loads(result.stdout)["hosts"] if result.stdout else result.stderr


def same_files(device, run, folder):
    there = device.segments(run)
    here = {path.relative_to(folder / run).as_posix(): path for path in sorted((folder / run).glob("*/*.h5"))}
    assert there and there.keys() == here.keys(), (there.keys(), here.keys())
    for name, path in there.items():
        assert sha256(path) == sha256(here[name]), name
    assert not list((folder / run).rglob("*.partial"))


def a_run_comes_whole_as_one_file_a_camera_and_only_once():
    with support.Scratch() as folder, Device(folder) as device:
        run = device.finished_run()
        rows = sum(len(h5py.File(path)["tarsier/rows"]) for path in device.segments(run).values())
        facts = pull(f"127.0.0.1:{PORT}", "-o", folder / "here")[0]
        assert facts["run"] == run and facts["files"] == 4 and facts["noted"] and not facts["error"], facts
        merged = list((folder / "here" / run).glob("*.h5"))
        assert [str(path) for path in merged] == [file["file"] for file in facts["merged"]] and len(merged) == 1, facts
        with h5py.File(merged[0]) as file:
            assert len(file["tarsier/rows"]) == rows, (len(file["tarsier/rows"]), rows)
        assert {path.name for path in (folder / "here" / run).iterdir()} == {merged[0].name, "pulled.json"}
        support.must(support.run("verify", merged[0]))
        manifest = support.get_json(PORT, f"/v1/runs/{run}")
        assert all(segment["pulled"] for segment in manifest["cameras"][0]["segments"]), manifest
        again = pull(f"127.0.0.1:{PORT}", "-o", folder / "here")[0]
        assert again["files"] == 0 and again["there"] == 4 and again["bytes"] == 0 and not again["error"], again
        # A merged file that is no longer right keeps the original where it is; one that is gone is made again.
        damaged = bytearray(merged[0].read_bytes())
        damaged[len(damaged) // 2] ^= 1
        merged[0].write_bytes(damaged)
        kept = pull(f"127.0.0.1:{PORT}", "--delete-after", "-o", folder / "here", code=1)[0]
        assert not kept["deleted"] and "is not right" in kept["error"] and (device.store / run).exists(), kept
        merged[0].unlink()
        anew = pull(f"127.0.0.1:{PORT}", "--delete-after", "-o", folder / "here")[0]
        assert anew["deleted"] and anew["files"] == 4 and not (device.store / run).exists(), anew
        support.must(support.run("verify", merged[0]))


def a_pull_that_is_cut_again_and_again_ends_with_equal_bytes():
    seed = random.randrange(1 << 30)
    print(f"   seed {seed}")
    with support.Scratch() as folder, Device(folder) as device:
        run = device.finished_run()
        size = sum(path.stat().st_size for path in device.segments(run).values())
        proxy = Proxy(PORT, CUTS, size // CUTS, random.Random(seed))
        facts = pull("--segments", proxy.address, "-o", folder / "here")[0]
        assert proxy.cuts >= CUTS and facts["cuts"] > 0, (proxy.cuts, facts)
        same_files(device, run, folder / "here")
        assert proxy.passed < 1.5 * size, (proxy.passed, size, "what had come was not fetched again")
        support.must(support.run("verify", folder / "here" / run))


def a_half_file_goes_on_and_a_damaged_one_is_fetched_again():
    with support.Scratch() as folder, Device(folder) as device:
        run = device.finished_run(2)
        (first, path), (second, other) = device.segments(run).items()
        target = folder / "here" / run
        (target / first).parent.mkdir(parents=True)
        half = path.stat().st_size // 2
        pathlib.Path(f"{target / first}.partial").write_bytes(path.read_bytes()[:half])
        damaged = bytearray(other.read_bytes()[:-1])
        damaged[1000] ^= 1
        pathlib.Path(f"{target / second}.partial").write_bytes(damaged)
        proxy = Proxy(PORT)
        pull(proxy.address, "--segments", "-o", folder / "here")
        same_files(device, run, folder / "here")
        size = path.stat().st_size - half + other.stat().st_size
        assert size < proxy.passed < size + half // 2, (size, proxy.passed)


def an_interrupted_pull_leaves_nothing_under_a_final_name_and_goes_on():
    with support.Scratch() as folder, Device(folder) as device:
        run = device.finished_run(2)
        slow = Proxy(PORT, pause_s=0.05)
        process = support.start("pull", slow.address, "--segments", "--parallel", "1", "-o", folder / "here")
        support.wait_until(lambda: any(path.stat().st_size > 50_000 for path in folder.glob("here/*/*/*.partial")),
                           "half a file")
        # Two at once would write into the same files.
        second = support.run("pull", f"127.0.0.1:{PORT}", "-o", folder / "here")
        assert second.returncode == 1 and "another `tarsier pull`" in second.stderr, second.stderr
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=10)[1]
        assert process.returncode == 1 and "the next pull goes on from there" in errors, errors
        for path in (folder / "here" / run).glob("*/*.h5"):
            assert sha256(path) == sha256(device.segments(run)[path.relative_to(folder / "here" / run).as_posix()])
        assert list(folder.glob("here/*/*/*.partial"))
        pull(f"127.0.0.1:{PORT}", "--segments", "-o", folder / "here")
        same_files(device, run, folder / "here")


def follow_ends_with_the_run():
    with support.Scratch() as folder, Device(folder) as device:
        process = support.start("pull", f"127.0.0.1:{PORT}", "--follow", "--rotate", "--json", "-o", folder / "here")
        support.wait_until(lambda: list(folder.glob("here/*/*/*.h5")), "the first segment")
        current = pull(f"127.0.0.1:{PORT}", "-o", folder / "other")[0]
        assert current["current"] and not current["merged"] and "--follow" in current["notes"][0], current
        run = device.finished_run(3)
        text, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
        facts = json.loads(text)["hosts"][0]
        assert facts["run"] == run and facts["files"] == len(device.segments(run)) >= 3 and facts["merged"], facts


def over_tls_with_a_token_and_deleted_after():
    with support.Scratch() as folder:
        fingerprint = support.must(support.run("cert", "new", folder)).stdout.strip()
        tokens = {}
        for role in ("read", "control"):
            made = support.must(support.run("token", "new", "--role", role, folder / "tokens"))
            tokens[role] = folder / f"{role}.token"
            tokens[role].write_text(made.stdout)
            tokens[role].chmod(0o600)
        with Device(folder, token_file=str(folder / "tokens"), certificate_file=str(folder / "certificate.pem"),
                    private_key_file=str(folder / "key.pem")) as device:
            run = device.finished_run(2)
            at = f"https://127.0.0.1:{PORT}"
            refused = support.run("pull", at, "-o", folder / "here")
            assert refused.returncode == 1 and fingerprint in refused.stderr, refused.stderr
            wrong = support.run("pull", at, "--fingerprint", "sha256:" + "0" * 64, "-o", folder / "here")
            assert wrong.returncode == 1 and "another certificate" in wrong.stderr, wrong.stderr
            assert not (folder / "here").exists()
            trusted = [at, "--fingerprint", fingerprint, "-o", folder / "here"]
            pull(*trusted, "--token-file", tokens["read"], "--segments")
            same_files(device, run, folder / "here")
            # A copy that is no longer right is found before the original goes.
            copy = next((folder / "here" / run).glob("*/*.h5"))
            damaged = bytearray(copy.read_bytes())
            damaged[-1] ^= 1
            copy.write_bytes(damaged)
            pull(*trusted, "--token-file", tokens["control"], "--delete-after", code=1)
            assert (device.store / run).exists()
            copy.unlink()
            facts = pull(*trusted, "--token-file", tokens["control"], "--delete-after")[0]
            assert facts["deleted"] and facts["merged"] and not (device.store / run).exists(), facts
            support.must(support.run("verify", facts["merged"][0]["file"]))


def several_devices_at_once_by_their_names():
    with support.Scratch() as folder, Device(folder, PORT, "left") as left, Device(folder, PORT + 1, "right") as right:
        runs = {left.finished_run(2), right.finished_run(2)}
        hosts = folder / "config" / "tarsier" / "hosts.json"
        hosts.parent.mkdir(parents=True)
        hosts.write_text(json.dumps({"hosts": {"left": {"address": f"127.0.0.1:{PORT}"},
                                               "right": {"address": f"127.0.0.1:{PORT + 1}"}}}))
        hosts.chmod(0o600)
        environment = dict(os.environ, XDG_CONFIG_HOME=str(folder / "config"))
        facts = pull("--all", "-o", folder / "here", env=environment)
        assert [fact["host"] for fact in facts] == ["left", "right"] and {fact["run"] for fact in facts} == runs, facts
        assert len(list((folder / "here").glob("*/*.h5"))) == 2
        gone = pull("left", f"127.0.0.1:{PORT + 9}", "-o", folder / "here", env=environment, code=1)
        assert gone[0]["error"] is None and "no daemon answers" in gone[1]["error"], gone


class Liar(http.server.BaseHTTPRequestHandler):
    """A device whose one run lists the file `path`."""
    path_of_file = run = ""
    body = b"evil" * 1000

    def do_GET(self):
        digest = hashlib.sha256(self.body).hexdigest()
        segment = {"file": self.path_of_file, "bytes": len(self.body), "sha256": digest, "sealed": True, "pulled": None}
        if self.path == "/v1/runs":
            data = json.dumps([{"run": self.run, "started": "2026-01-01T00:00:00Z", "current": False}]).encode()
        elif "/files/" in self.path:
            data = self.body
        else:
            data = json.dumps({"cameras": [{"name": "cam", "segments": [segment]}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def a_device_that_lies_writes_nothing_outside():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    at = f"127.0.0.1:{server.server_address[1]}"
    with support.Scratch() as folder:
        (folder / "outside").mkdir()
        outside = str(folder / "outside")
        for run, path in (("run", "../evil.h5"), ("run", f"{outside}/evil.h5"), ("run", "cam/../../evil.h5"),
                          ("run", "cam//evil.h5"), ("run", "cam/.evil.h5"), ("run", "cam/evil.sh"), ("run", ""),
                          ("run", "cam\\..\\evil.h5"), ("run", "cam/ev\nil.h5"), ("../outside", "evil.h5"), ("", "evil.h5"),
                          (f"{outside}", "evil.h5"), (".", "evil.h5")):
            Liar.run, Liar.path_of_file = run, path
            result = support.run("pull", at, "-o", folder / "here")
            assert result.returncode == 1, (run, path, result.stdout, result.stderr)
            assert not list(folder.rglob("*evil*")) and not list((folder / "outside").iterdir()), (run, path)
        # A link that was there before is not followed.
        (folder / "here" / "run").mkdir(parents=True, exist_ok=True)
        (folder / "here" / "run" / "cam").symlink_to(folder / "outside")
        Liar.run, Liar.path_of_file = "run", "cam/evil.h5"
        result = support.run("pull", at, "-o", folder / "here")
        assert result.returncode == 1 and "symbolic link" in result.stderr, result.stderr
        assert not list((folder / "outside").iterdir())
    server.shutdown()


if __name__ == "__main__":
    tests = [
        a_run_comes_whole_as_one_file_a_camera_and_only_once,
        a_pull_that_is_cut_again_and_again_ends_with_equal_bytes,
        a_half_file_goes_on_and_a_damaged_one_is_fetched_again,
        an_interrupted_pull_leaves_nothing_under_a_final_name_and_goes_on,
        follow_ends_with_the_run,
        over_tls_with_a_token_and_deleted_after,
        several_devices_at_once_by_their_names,
        a_device_that_lies_writes_nothing_outside,
    ]
    support.main([test for test in tests if len(sys.argv) < 2 or sys.argv[1] in test.__name__])
