"""What a person at a desk does with a device in another room: the real commands against a real tarsierd."""

import json
import os
import re
import shutil
import ssl
import stat
import subprocess
import sys
import urllib.request

import support
from terminal import Terminal

PORT = 18640
AT = ("--at", f"127.0.0.1:{PORT}")


class Device(support.Device):
    """It records two cameras."""

    def __init__(self, folder, **control):
        cameras = [support.test_camera(64, 48, 20, name=name, regions=[
            {"name": "left", "rectangle": {"x_px": 0, "y_px": 0, "width_px": 32, "height_px": 48}}])
            for name in ("plate", "box")]
        document = support.rig(folder / "store", cameras, control={"listen": f"127.0.0.1:{PORT}", **control})
        super().__init__(support.write_rig(folder, document), PORT)


class SecureDevice(Device):
    def recording(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE

        def records():
            try:
                with urllib.request.urlopen(f"https://127.0.0.1:{PORT}/v1/status", context=context, timeout=5) as answer:
                    return json.load(answer)["state"] == "recording"
            except OSError:
                return False
        support.wait_until(records, "a recording")


def say(*words, code=0, env=None, **more):
    """Standard output, or standard error of a command that is meant to fail."""
    result = support.must(support.run(*words, *AT, env=dict(os.environ, **(env or {})), **more), code)
    return result.stdout if code == 0 else result.stderr


def the_rig_is_read_and_changed():
    with support.Scratch() as folder, Device(folder):
        assert say("config", "get", "cameras.plate.source.fps") == "20\n"
        assert say("config", "get", "/experiment") == "check\n"
        assert say("config", "get", "/experiment", "--json") == '"check"\n'
        assert json.loads(say("config", "get"))["cameras"][1]["name"] == "box"
        assert say("config", "get", "store.segment_s") == "7200\n"
        text = say("config", "set", "store.segment_s", "600")
        assert text == "/store/segment_s  7200.0 -> 600.0  (at the next frame)\ngeneration 2\n", text
        assert "nothing changes" in say("config", "set", "store.segment_s", "600")
        assert "(in a new segment)" in say("config", "set", "cameras.box.reduce.changed_threshold", "12")
        text = say("config", "set", "cameras.0.slots", "20", "--dry-run")
        assert "a run must be stopped" in text and "planned of a budget of 256.0 MiB" in text, text
        assert "the budget is 20.0 MiB" in say("config", "set", "memory.budget_mib", "20", "--dry-run", code=2)
        assert say("config", "set", "store.segment_s", "null").endswith("generation 4\n")
        answer = json.loads(say("config", "patch", "-", "--json", input='{"store": {"segment_s": 60}}'))
        assert answer["generation"] == 5 and answer["changes"][0]["to"] == 60, answer
        patch = support.write_rig(folder, [{"op": "replace", "path": "/store/segment_s", "value": 61}], "patch.json")
        assert "60.0 -> 61.0" in say("config", "patch", patch)
        assert "61.0 -> 60.0" in say("config", "rollback")
        assert "60.0 -> 7200.0" in say("config", "rollback", "4")
        history = say("config", "history").splitlines()
        assert len(history) == 8 and "the rig's file" in history[0] and "PATCH from 127.0.0.1: /store/segment_s" in history[1], history
        assert json.loads(say("config", "get", "--generation", "2"))["store"]["segment_s"] == 600
        valid = support.write_rig(folder, json.loads(say("config", "get")), "valid.json")
        assert say("config", "validate", valid).endswith("nothing changes\n")
        assert "(at the next frame)" in say("config", "validate", "--patch", "-", input='{"store": {"segment_s": 9}}')


def mistakes_are_explained():
    with support.Scratch() as folder, Device(folder):
        message = say("config", "get", "cameras.palte.slots", code=2)
        assert "/cameras has 2 elements" in message and "none is called palte" in message, message
        assert "did you mean /cameras/0/source/fps?" in say("config", "get", "/cameras/0/fps", code=2)
        assert "did you mean /cameras/0/source/fps?" in say("config", "set", "/cameras/0/fps", "5", code=2)
        assert "expected a number from 0.1" in say("config", "set", "store.segment_s", "often", code=2)
        message = say("config", "set", "cameras.0.source.fps", "5", code=1)
        assert "stop the run first" in message and "/cameras/0/source/fps" in message, message
        message = say("config", "validate", "-", code=2, input='{"sotre": {}, "cameras": 3}')
        assert "did you mean store?" in message and "/cameras: 3 is not allowed" in message, message
        assert "line 1" in say("config", "patch", "-", code=2, input="{]")
        assert "there is no generation 99" in say("config", "rollback", "99", code=2)
        assert "a subcommand is required" in support.must(support.run("config"), 2).stderr.lower()
        assert "did you mean" in support.must(support.run("wacth"), 2).stderr
        assert "TEXT is required" in say("mark", code=2)
        assert "no daemon answers" in support.must(support.run("config", "get", "--at", "127.0.0.1:1"), 1).stderr
        assert "there is no terminal to draw on" in say("watch", code=2)


def a_run_is_steered():
    with support.Scratch() as folder, Device(folder):
        assert "sealed 2 files of check_bench_" in say("rotate")
        assert len(support.sealed(folder / "store")) == 2
        assert "noted in check_bench_" in say("mark", "lights off")
        assert "is over, its files are sealed" in say("stop")
        assert "nothing is being recorded" in say("stop", code=1)
        assert "nothing is being recorded" in say("mark", "late", code=1)
        answer = json.loads(say("start", "--duration", "2min", "--json"))
        assert answer["run"].startswith("check_bench_"), answer
        assert "stop it first" in say("start", code=1)
        assert "unit not recognized" in say("start", "--duration", "2weeks", code=2)
        marks = subprocess.run(["strings", "-a", *support.sealed(folder / "store")], capture_output=True, text=True,
                               check=True) if shutil.which("strings") else None
        assert marks is None or "lights off" in marks.stdout


def it_is_the_same_over_tls():
    with support.Scratch() as folder:
        made = support.must(support.run("cert", "new", folder))
        pinned = ("--at", f"https://localhost:{PORT}", "--fingerprint", made.stdout.strip())
        with SecureDevice(folder, certificate_file="certificate.pem", private_key_file="key.pem"):
            assert support.must(support.run("config", "get", "device", *pinned)).stdout == "bench\n"
            assert "generation 2" in support.must(support.run("config", "set", "store.segment_s", "60", *pinned)).stdout
            assert "noted in" in support.must(support.run("mark", "by TLS", *pinned)).stdout
            screen = Terminal("watch", *pinned)
            screen.wait_for("activity sum of differences")
            screen.press("q")
            assert screen.exit_code() == 0
            unknown = support.run("config", "get", "device", "--at", f"https://localhost:{PORT}",
                                  env=dict(os.environ, XDG_CONFIG_HOME=str(folder)))
            assert made.stdout.strip() in support.must(unknown, 1).stderr, unknown.stderr


class Editor:
    """An editor that replaces a word at each opening, and remembers what it was shown."""

    def __init__(self, folder, *replacements):
        self.seen = folder / "seen"
        self.seen.mkdir()
        self.script = folder / "editor"
        self.script.write_text(f"""#!{sys.executable}
import os, pathlib, shutil, sys
seen = pathlib.Path({str(self.seen)!r})
opening = len(list(seen.iterdir()))
path = pathlib.Path(sys.argv[1])
shutil.copy(path, seen / str(opening))
replacements = {replacements!r}
(seen / str(opening)).chmod(path.parent.stat().st_mode & 0o777)
if opening < len(replacements):
    path.write_text(path.read_text().replace(*replacements[opening]))
""")
        self.script.chmod(0o700)
        self.env = {"VISUAL": str(self.script), "TMPDIR": str(folder)}

    def shown(self, opening):
        return (self.seen / str(opening)).read_text()


def kept_text(message):
    path = re.search(r"your text is kept in (\S+)", message).group(1)
    with open(path, encoding="utf-8") as file:
        return file.read()


def a_rig_is_edited():
    with support.Scratch() as folder, Device(folder):
        say("config", "set", "store.segment_s", "600")
        editor = Editor(folder, ('"segment_s": 600', '"segment_s": 900'))
        text = say("config", "edit", "--yes", env=editor.env)
        assert text == "/store/segment_s  600.0 -> 900.0  (at the next frame)\ngeneration 3\n", text
        assert stat.S_IMODE((editor.seen / "0").stat().st_mode) == 0o700, "the folder of the text is private"
        assert not list(folder.glob("tarsier-edit-*")), "nothing is left"
        assert say("config", "edit", "--yes", env=editor.env) == "nothing was changed\n"
    with support.Scratch() as folder, Device(folder):
        editor = Editor(folder, ('"experiment"', '"experimnt"'), ('"experimnt"', '"experiment"'))
        say("config", "edit", "--yes", env=editor.env)
        assert "// " in editor.shown(1) and "did you mean experiment?" in editor.shown(1), editor.shown(1)
        shutil.rmtree(editor.seen)
        editor = Editor(folder, ('"device":', '"device" 5 :'))
        message = say("config", "edit", "--yes", env=editor.env, code=2)
        assert '"device" 5 :' in kept_text(message), message
        line = int(re.search(r"line (\d+)", message).group(1))
        assert '"device" 5 :' in editor.shown(1).splitlines()[line - 1], (line, editor.shown(1))
        shutil.rmtree(editor.seen)
        editor = Editor(folder, ('"check"', '"other"'))
        message = say("config", "edit", "--yes", env=editor.env, code=1)
        assert "stop the run first" in message and '"other"' in kept_text(message), message
        assert "--yes applies them without asking" in say("config", "edit", code=2, input="")


def somebody_elses_change_is_not_overwritten():
    with support.Scratch() as folder, Device(folder):
        script = folder / "slow-editor"
        script.write_text(f"#!/bin/sh\n{support.TARSIER} config set store.segment_s 600 {' '.join(AT)} >&2\n"
                          "sed -i 's/\"reserve_mib\": 16/\"reserve_mib\": 17/' \"$1\"\n")
        script.chmod(0o700)
        message = say("config", "edit", "--yes", env={"VISUAL": str(script), "TMPDIR": str(folder)}, code=1)
        assert "somebody else has changed the rig" in message and '"reserve_mib": 17' in kept_text(message), message
        assert say("config", "get", "store.reserve_mib") == "16\n"


def a_device_is_watched_over_a_resize_and_its_absence():
    with support.Scratch() as folder, Device(folder) as device:
        screen = Terminal("watch", *AT)
        screen.wait_for("▸ plate  running")
        screen.wait_for("activity sum of differences")
        screen.press("\t")
        screen.wait_for("▸ box  running")
        screen.resize(10, 60)
        screen.wait_for("more below")
        screen.press(" ")
        screen.wait_for("of 16 slots")
        screen.resize(1, 3)
        screen.resize(30, 100)
        screen.wait_for(f" tarsier  127.0.0.1:{PORT}  recording")
        device.end()
        screen.wait_for(" no answer since")
        screen.wait_for("what follows is what it said last")
        device.begin()
        support.wait_until(lambda: "no answer" not in screen.read(), "the device's return", 15)
        screen.wait_for("▸ box  running")
        screen.press("\x03")
        assert screen.exit_code() == 0


def a_terminal_without_unicode_or_of_an_unknown_kind_is_no_trouble():
    with support.Scratch() as folder, Device(folder):
        screen = Terminal("watch", *AT, LC_ALL="C", TERM="xterm")
        support.wait_until(lambda: screen.read() and "slots" in screen.raw, "the first picture", 15)
        screen.press("q")
        assert screen.exit_code() == 0 and screen.raw.isascii(), screen.raw
        assert "\x1b[?1049l" in screen.raw, "the terminal is given back"
        strange = Terminal("watch", *AT, TERM="nonsense")
        strange.wait_for("cannot draw on a terminal of the kind nonsense")
        assert strange.exit_code() == 2


BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd"><busconfig><listen>unix:path={}</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"""

# The daemon reads services from one place only: it gets a folder of ours there, in a mount namespace of its own.
ANNOUNCE = """mount --bind "$1/services" /etc/avahi/services && mkdir -p /run/avahi-daemon &&
mount -t tmpfs none /run/avahi-daemon &&
exec avahi-daemon -f "$1/avahi.conf" --no-drop-root --no-chroot --no-rlimits"""


class Announcement:
    """A bus and an Avahi daemon of this test's own; the daemon announces what systemd/avahi says."""

    def __init__(self, folder):
        self.folder, self.log = folder, folder / "avahi.log"
        self.processes = []
        (folder / "services").mkdir()
        service = (support.SOURCE / "systemd/avahi/tarsier.service").read_text()
        for shipped, ours in ((">8470<", f">{PORT}<"), ("tls=yes", "tls=no")):
            assert shipped in service
            service = service.replace(shipped, ours)
        (folder / "services" / "tarsier.service").write_text(service)
        (folder / "avahi.conf").write_text("[server]\nhost-name=bench\nallow-interfaces=lo\n[publish]\n")
        (folder / "bus.conf").write_text(BUS.format(folder / "bus"))
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={folder}/bus"

    def start(self, *words):
        self.processes.append(subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=self.log.open("a"),
                                               stderr=subprocess.STDOUT))

    def __enter__(self):
        self.start("dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork")
        try:
            support.wait_until((self.folder / "bus").exists, "a bus")
            self.start("unshare", "-m", "sh", "-c", ANNOUNCE, "sh", self.folder)
            support.wait_until(lambda: "successfully established" in self.log.read_text(), "the announcement", 15)
        except AssertionError:
            print(self.log.read_text(), file=sys.stderr)
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
            process.wait(timeout=10)


def devices_in_the_network_are_found():
    os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nonexistent"
    message = support.must(support.run("discover"), 1).stderr
    assert "the Avahi daemon must run on this machine" in message, message
    if os.geteuid() != 0 or not all(map(shutil.which, ("dbus-daemon", "avahi-daemon", "unshare"))):
        print("skipped: an Avahi daemon of our own needs root, dbus-daemon and avahi-daemon")
        return
    if os.path.exists("/run/avahi-daemon/pid"):
        print("skipped: another Avahi daemon is at work here and would answer too")
        return
    with support.Scratch() as folder, Announcement(folder), Device(folder):
        found = json.loads(support.must(support.run("discover", "--wait", "2", "--json")).stdout)
        hosts = {"hosts": {"left": {"address": f"127.0.0.1:{PORT}"}}}
        (folder / "tarsier").mkdir()
        (folder / "tarsier" / "hosts.json").write_text(json.dumps(hosts))
        known = dict(os.environ, XDG_CONFIG_HOME=str(folder))
        table = support.must(support.run("discover", "--wait", "1", env=known)).stdout
        pulled = support.must(support.run("pull", "--discovered", "--rotate", "-o", folder / "home", env=known)).stdout
        nobody = support.run("pull", "--discovered").stderr
    assert [(one["name"], one["address"], one["port"], one["tls"], one["state"]) for one in found] == [
        ("Tarsier on bench", "127.0.0.1", PORT, False, "recording")], found
    assert pulled.startswith("left ") and ": 2 files pulled" in pulled, pulled
    assert "hosts.json: knows no device" in nobody or "none announces itself" in nobody, nobody
    assert re.search(r"left \(Tarsier on bench\) +127.0.0.1:\d+ +no +- +recording", table), table


if __name__ == "__main__":
    support.main([the_rig_is_read_and_changed, mistakes_are_explained, a_run_is_steered, it_is_the_same_over_tls, a_rig_is_edited,
                  somebody_elses_change_is_not_overwritten, a_device_is_watched_over_a_resize_and_its_absence,
                  a_terminal_without_unicode_or_of_an_unknown_kind_is_no_trouble, devices_in_the_network_are_found])
