#!/usr/bin/python3
"""Proves that `cmake --install` with the prefix /usr puts everything where a package would, and that the installed
program finds the pipelines that were installed with it.

Usage: install_test.py BUILD_FOLDER
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

EXPECTED = """
usr/bin/tarsier
usr/bin/tarsierd
usr/lib/systemd/system/tarsierd.service
usr/lib/sysusers.d/tarsier.conf
usr/lib/tmpfiles.d/tarsier.conf
usr/share/doc/tarsier/LICENSE
usr/share/doc/tarsier/README.md
usr/share/doc/tarsier/FORMAT.md
usr/share/doc/tarsier/JOURNAL.md
usr/share/tarsier/avahi/tarsier.service
usr/share/tarsier/pipelines/v4l2.json
usr/share/tarsier/rigs/plate24.json
usr/share/tarsier/schema.json
""".split()


def install(build, destination):
    environment = dict(os.environ, DESTDIR=str(destination))
    subprocess.run(["cmake", "--install", str(build), "--prefix", "/usr"], env=environment, check=True,
                   stdout=subprocess.DEVNULL, timeout=120)


def installed_schema(destination):
    """What the installed `tarsier schema` prints, with a pipeline beside it that no source tree has."""
    pipelines = destination / "usr/share/tarsier/pipelines"
    (pipelines / "only-here.json").write_bytes((pipelines / "test.json").read_bytes())
    environment = {name: value for name, value in os.environ.items() if name != "TARSIER_PIPELINES"}
    done = subprocess.run([str(destination / "usr/bin/tarsier"), "schema"], env=environment, check=True, text=True,
                          cwd="/", stdout=subprocess.PIPE, timeout=60)
    return json.loads(done.stdout)


def main(build):
    with tempfile.TemporaryDirectory(prefix="tarsier-install-") as folder:
        destination = Path(folder)
        install(build, destination)
        missing = [path for path in EXPECTED if not (destination / path).exists()]
        for path in missing:
            print(f"not installed: /{path}")
        if not missing and "only-here" not in json.dumps(installed_schema(destination)):
            print("the installed program does not see the pipelines installed with it")
            return 1
        return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
