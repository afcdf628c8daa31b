"""The curl lines of the README, run as they stand against a tarsierd that records the bundled mouse; and whether the
options of its other lines are there.

Each machine below is a network namespace of its own, so that the README's addresses and its port are free. The device
runs in one, and the desk, from where others look on, in a second one at the other end of a virtual cable. Nothing in a
line is changed, but that the desk writes https://10.0.0.7:8470 for localhost:8470; what it needs beside, the
certificate and the token, stands in its .curlrc. $RUN, $FILE and $TOKEN are set as a person would. Where namespaces are
not allowed, the device runs beside everything else and there is no desk.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import time

import support

DEVICE, DESK = "10.0.0.7", "10.0.0.8"
HERE = "localhost:8470"
INSIDE = "TARSIER_OWN_NETWORK"


def shell_lines():
    """The lines of the README's blocks without a language."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", (support.SOURCE / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    return [line for language, block in blocks if not language for line in block.splitlines()]


def lines_with(beginning):
    lines = [line for line in shell_lines() if line.startswith(beginning)]
    assert lines, f"the README has no line that begins with {beginning}"
    return lines


CURL = [line for line in lines_with("curl ") if "https://" not in line]
SECURE_CURL = [line for line in lines_with("curl ") if "https://" in line]


class Desk:
    """A second namespace with a cable to this one."""

    def __enter__(self):
        self.keeper = subprocess.Popen(["unshare", "-n", "sh", "-c", "echo there; exec cat"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
        self.keeper.stdout.readline()
        for words in ("ip link set lo up", "ip link add device type veth peer name desk",
                      f"ip link set desk netns {self.keeper.pid}", f"ip addr add {DEVICE}/24 dev device",
                      "ip link set device up"):
            subprocess.run(words.split(), check=True)
        for words in ("ip link set lo up", f"ip addr add {DESK}/24 dev desk", "ip link set desk up"):
            subprocess.run(self.there() + words.split(), check=True)
        return self

    def there(self):
        """What a command begins with that runs at the desk."""
        return ["nsenter", "-t", str(self.keeper.pid), "-n"]

    def __exit__(self, *_):
        self.keeper.stdin.close()
        self.keeper.wait()


def paced_recording(folder):
    """A pipeline like that of files, but at 30 frames/s, so that there is a recording to look at for five minutes."""
    pipeline = json.loads((support.SOURCE / "pipelines" / "file.json").read_text())
    pipeline["launch"].insert(-1, "identity sleep-time=33000")
    (folder / "paced.json").write_text(json.dumps(pipeline))
    return {"pipeline": str(folder / "paced.json"), "location": str(support.MOUSE)}


class Device:
    """A tarsierd that records the mouse as the README's camera, in a folder that is its home and that of its clients."""

    def __init__(self, folder, control=None):
        camera = {"name": "plate", "source": paced_recording(folder), "keep": {"frames": "all"}}
        document = support.rig(folder / "recordings", camera, control=control or {"listen": "127.0.0.1:8470"})
        self.folder = folder
        self.process = support.start(support.write_rig(folder, document), program=support.TARSIERD, cwd=folder)
        self.environment = dict(os.environ, HOME=str(folder), CURL_HOME=str(folder))
        try:
            support.wait_until(lambda: self.status() and self.status()["cameras"] and
                               self.status()["cameras"][0]["ledger"]["delivered"] > 30, "a recording")
        except AssertionError:
            self.process.kill()
            print(self.process.communicate()[1], file=sys.stderr)
            raise

    def status(self):
        return support.get_json(8470)

    def curl(self, line, where=(), code=0):
        """Runs a line in a shell; what it printed."""
        environment = dict(self.environment, **self.newest_segment())
        result = subprocess.run([*where, "sh", "-c", line], capture_output=True, text=True, timeout=60,
                                cwd=self.folder, env=environment)
        assert result.returncode == code, (line, result.returncode, result.stdout[-500:], result.stderr)
        return result.stdout

    def newest_segment(self):
        """$RUN, and $FILE where one is sealed and has its checksum."""
        runs = support.get_json(8470, "/v1/runs")
        if not runs:
            return {}
        run = max(one["run"] for one in runs)
        self.segments = [one for one in support.get_json(8470, f"/v1/runs/{run}")["cameras"][0]["segments"]
                         if one["sealed"] and one["sha256"]]
        return {"RUN": run, **({"FILE": self.segments[0]["file"]} if self.segments else {})}

    def end(self):
        self.process.terminate()
        errors = self.process.communicate(timeout=60)[1]
        assert self.process.returncode == 0, errors


def check(device, line, printed):
    """What the line promises; a line that nobody knows here is a mistake of this test."""
    folder = device.folder
    line = line.split("#")[0].rstrip()
    if "/v1/status" in line:
        assert json.loads(printed)["state"] == "recording", printed
    elif "/metrics" in line:
        assert "tarsier_frames_stored_total{camera=\"plate\"}" in printed, printed
    elif "frame.jpg" in line:
        assert (folder / "now.jpg").read_bytes()[:2] == b"\xff\xd8"
    elif "/rows" in line:
        assert len(json.loads(printed)["rows"]) == 5, printed
    elif "PATCH" in line:
        assert json.loads(printed)["generation"] == 2, printed
    elif "/v1/config" in line:
        assert json.loads((folder / "rig-now.json").read_text())["cameras"][0]["name"] == "plate"
        assert 'ETag: "1"' in printed, printed
    elif "/marks" in line:
        assert json.loads(printed)["text"] == "lights off", printed
    elif "/rotate" in line:
        assert json.loads(printed)["sealed"] == 1, printed
        support.wait_until(lambda: "FILE" in device.newest_segment(), "the checksum of the sealed segment")
    elif "/files/$FILE" in line and " -r " in line:
        assert (folder / "first.bytes").read_bytes() == b"\x89HDF\r\n\x1a\n"
    elif "/files/$FILE" in line:
        digest = hashlib.sha256((folder / "segment.h5").read_bytes()).hexdigest()
        assert digest == device.segments[0]["sha256"]
    elif "/files" in line:
        assert any(one["path"].endswith(".h5") for one in json.loads(printed)), printed
    elif "/stop" in line:
        assert json.loads(printed)["state"] == "idle", printed
        time.sleep(1.1)  # the next run's name has its second
    elif "POST" in line and line.endswith("/v1/runs"):
        support.wait_until(lambda: device.status()["state"] == "recording", "the next run")
    elif line.endswith("/v1/runs"):
        assert json.loads(printed)[0]["current"], printed
    else:
        raise AssertionError(f"nobody checks what this line of the README does: {line}")


def run_all(device, where=(), address=HERE):
    for line in CURL:
        if " -C - " in line:  # after a cut
            half = device.curl("curl -r 0-99999 localhost:8470/v1/runs/$RUN/files/$FILE -o segment.h5".replace(
                HERE, address), where)
            assert half == "" and (device.folder / "segment.h5").stat().st_size == 100_000
        check(device, line, device.curl(line.replace(HERE, address), where))


def on_the_device_itself():
    with support.Scratch() as folder:
        (folder / ".curlrc").write_text("silent\nshow-error\nfail\n")
        device = Device(folder)
        try:
            run_all(device)
            device.end()
        finally:
            device.process.kill()


def secrets(folder):
    """Token and certificate made as the README says; the token."""
    made = ""
    for beginning in ("build/bin/tarsier token new", "build/bin/tarsier cert new"):
        for line in lines_with(beginning):
            made += subprocess.run(["sh", "-c", line.replace("build/bin/tarsier", str(support.TARSIER))], cwd=folder,
                                   capture_output=True, text=True, check=True).stdout
    return made.split()[0]


def from_a_desk_over_tls_with_a_token():
    listen = re.search(r'^"control": ({.*0\.0\.0\.0:8470.*})$', (support.SOURCE / "README.md").read_text(), re.MULTILINE)
    with support.Scratch() as folder, Desk() as desk:
        token = secrets(folder)
        control = {key: str(folder / value) if key.endswith("_file") else value
                   for key, value in json.loads(listen[1]).items()}
        quiet = "silent\nshow-error\nfail\n"
        (folder / ".curlrc").write_text(quiet)
        device = Device(folder, control)
        try:
            device.environment["TOKEN"] = token
            for line in SECURE_CURL:
                check(device, line, device.curl(line))
            status = f"https://{DEVICE}:8470/v1/status"
            there = desk.there()
            device.curl(f"curl {status}", there, code=60)  # nobody vouches for the certificate
            device.curl(f"curl --cacert certificate.pem {status}", there, code=22)  # no token
            device.curl(f"curl --cacert certificate.pem -H 'Authorization: Bearer x{token}' {status}", there, code=22)
            device.curl(f"curl -H 'Authorization: Bearer {token}' {status.replace('https', 'http')}", there, code=22)
            (folder / ".curlrc").write_text(quiet + f'cacert = "{folder}/certificate.pem"\n'
                                            f'header = "Authorization: Bearer {token}"\n')
            run_all(device, there, f"https://{DEVICE}:8470")
            device.end()
        finally:
            device.process.kill()


def every_command_has_the_options_that_stand_there():
    for line in lines_with("build/bin/tarsier "):
        for call in line.split(" && "):
            words = call.split()[1:]
            command = words[:2] if words[0] in ("config", "token", "cert") else words[:1]
            text = support.must(support.run(*command, "--help")).stdout
            for option in re.findall(r"(?<!\S)--?[a-z][a-z-]*", call):
                assert re.search(rf"(?<![\w-]){option}(?![\w-])", text), f"{line}\n{command} has no {option}"


if __name__ == "__main__":
    if INSIDE not in os.environ:
        if subprocess.run(["unshare", "-rn", "ip", "link"], capture_output=True).returncode != 0:
            support.main([every_command_has_the_options_that_stand_there, on_the_device_itself])
            print("skipped: from a desk over tls with a token: network namespaces are not allowed here")
            sys.exit(0)
        os.execvpe("unshare", ["unshare", "-rn", sys.executable, *sys.argv], dict(os.environ, **{INSIDE: "1"}))
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    support.main([every_command_has_the_options_that_stand_there, on_the_device_itself,
                  from_a_desk_over_tls_with_a_token])
