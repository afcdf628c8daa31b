#!/usr/bin/python3
"""Proves that systemd takes the unit as it is and finds its sandbox tight: exposure of 2.0 or less.

Usage: unit_test.py SYSTEMD_FOLDER. Exit code 77 (skipped) where systemd-analyze is missing.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MOST_EXPOSURE = 20  # tenths


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def verify(unit):
    """The unit with a program that exists on this machine in place of the one that a package would install."""
    with tempfile.TemporaryDirectory(prefix="tarsier-unit-") as folder:
        copy = Path(folder) / unit.name
        text = unit.read_text(encoding="utf-8")
        copy.write_text(text.replace("ExecStart=/usr/bin/tarsierd", "ExecStart=/bin/true"), encoding="utf-8")
        # Other units of the machine have faults of their own.
        code, output = run("systemd-analyze", "verify", "--recursive-errors=no", "--man=no", str(copy))
        faults = [line for line in output.splitlines() if unit.stem in line]
        return faults or ([output] if code else [])


def main(folder):
    if not shutil.which("systemd-analyze"):
        print("skipped: systemd-analyze is not installed here")
        return 77
    unit = folder / "tarsierd.service"
    faults = verify(unit)
    code, output = run("systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSURE}", str(unit))
    if code != 0:
        faults.append(output)
    else:
        print(output.strip().splitlines()[-1])
    for line in faults:
        print(line)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
